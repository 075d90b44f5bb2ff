using System.Text;
using Hub.Journal;
using static Hub.Tests.Journal.JournalFolder;

namespace Hub.Tests.Journal;

/// <summary>The newest segment as a crash or a bad block may leave it, at every byte.</summary>
public sealed class TornTailTests : IDisposable
{
    private const int Records = 6;
    private readonly JournalFolder _folder = new();
    private readonly byte[] _sound;
    private readonly string _file;

    public TornTailTests()
    {
        var journal = _folder.Open(lanes: 1);
        for (var i = 1; i <= Records; i++) AppendDurablyAsync(journal, 0, $"record {i}").GetAwaiter().GetResult();
        journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        var segment = Assert.Single(_folder.Segments());
        _file = segment.FullName;
        _sound = File.ReadAllBytes(_file);
    }

    private static int RecordBytes => RecordFormat.SizeOf("record 1".Length);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_cut_at_any_byte_keeps_every_whole_record_before_the_cut()
    {
        for (var cut = SegmentHeader.Bytes; cut <= _sound.Length; cut++)
        {
            var whole = (cut - SegmentHeader.Bytes) / RecordBytes;
            var (read, _) = await RecoverAsync(_sound[..cut]);
            Assert.Equal(Enumerable.Range(1, whole).Select(i => ((long)i, $"record {i}")).Append((whole + 1, "next")), read);
        }
    }

    [Fact]
    public async Task A_log_zeroed_from_any_byte_keeps_every_whole_record_before_it()
    {
        for (var cut = SegmentHeader.Bytes; cut < _sound.Length; cut++)
        {
            var torn = _sound.ToArray();
            torn.AsSpan(cut).Clear();
            var whole = (cut - SegmentHeader.Bytes) / RecordBytes;
            var (read, faults) = await RecoverAsync(torn);
            Assert.Equal(whole + 1, read.Count);
            Assert.Equal((whole + 1, "next"), read[^1]);
            Assert.Equal(0, faults.DamagedRecords);
        }
    }

    [Fact]
    public async Task A_flipped_byte_in_the_middle_costs_one_record_which_is_counted()
    {
        for (var at = SegmentHeader.Bytes; at < SegmentHeader.Bytes + ((Records - 1) * RecordBytes); at++)
        {
            var flipped = _sound.ToArray();
            flipped[at] ^= 0x40;
            var hit = ((at - SegmentHeader.Bytes) / RecordBytes) + 1;
            var (read, faults) = await RecoverAsync(flipped);
            Assert.Equal(Enumerable.Range(1, Records).Where(i => i != hit).Select(i => ((long)i, $"record {i}")).Append((Records + 1, "next")), read);
            Assert.Equal(1, faults.DamagedRecords);
        }
    }

    [Fact]
    public async Task A_last_batch_torn_out_of_order_keeps_its_sound_records_without_a_gap()
    {
        var options = _folder.Options(lanes: 1) with { Directory = Directory.CreateDirectory(Path.Combine(_folder.Path, "batch")).FullName };
        var journal = LocalJournal.Open(options, new FolderDisk(options.Directory), _folder.Clock, startWriter: false);
        await AppendAsync(journal, 0, "record 1");
        journal.Commit();
        for (var i = 2; i <= Records; i++) await AppendAsync(journal, 0, $"record {i}");
        journal.Commit();
        await journal.DisposeAsync();
        var file = Path.Combine(options.Directory, SegmentHeader.NameOf(1));
        var torn = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        torn.AsSpan(SegmentHeader.Bytes + (2 * RecordBytes), RecordBytes).Clear();
        await File.WriteAllBytesAsync(file, torn, TestContext.Current.CancellationToken);

        for (var restart = 0; restart < 2; restart++)
        {
            await using var again = LocalJournal.Open(options, _folder.Clock);
            Assert.Equal([(1L, "record 1"), (2, "record 2"), (3, "record 4"), (4, "record 5"), (5, "record 6")], ReadAll(again, 0));
            Assert.Equal(0, again.Faults.DamagedRecords);
        }
    }

    [Fact]
    public async Task One_damaged_copy_of_the_head_is_survived()
    {
        for (var at = 0; at < 64; at++)
        {
            var flipped = _sound.ToArray();
            flipped[at] ^= 1;
            var (read, _) = await RecoverAsync(flipped);
            Assert.Equal(Records + 1, read.Count);
        }
    }

    [Fact]
    public void A_head_damaged_twice_stops_the_start_and_says_which_file()
    {
        var flipped = _sound.ToArray();
        flipped[0] ^= 1;
        flipped[SegmentHeader.CopyBytes] ^= 1;
        File.WriteAllBytes(_file, flipped);
        var error = Assert.Throws<JournalException>(() => _folder.Open(lanes: 1));
        Assert.Contains("0000000001.journal", error.Message);
    }

    [Fact]
    public async Task A_segment_whose_head_never_reached_the_disk_is_taken_away()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, SegmentHeader.NameOf(2)), new byte[64 << 10]);
        var (read, _) = await RecoverAsync(_sound);
        Assert.Equal(Records + 1, read.Count);
    }

    [Fact]
    public async Task Bytes_of_another_file_do_not_pass_for_records()
    {
        var foreign = _sound.ToArray();
        foreign[12] ^= 0xFF; // the salt, in both copies, with their checksums made to fit
        var head = foreign.AsSpan(0, 48);
        BitConverter.TryWriteBytes(foreign.AsSpan(48), Crc32C.Compute(0, head));
        var (read, _) = await RecoverAsync(foreign);
        Assert.Equal([(1L, "next")], read);
    }

    [Fact]
    public void The_checksum_is_the_published_one()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute(0, Encoding.ASCII.GetBytes("123456789"))); // CRC-32C check value, RFC 3720 appendix B.4
    }

    private async Task<(List<(long Position, string Text)> Read, JournalFaults Faults)> RecoverAsync(byte[] left)
    {
        await File.WriteAllBytesAsync(_file, left, TestContext.Current.CancellationToken);
        try
        {
            await using var journal = _folder.Open(lanes: 1);
            await AppendDurablyAsync(journal, 0, "next");
            return (ReadAll(journal, 0), journal.Faults);
        }
        finally
        {
            foreach (var begun in _folder.Segments()) begun.Delete();
        }
    }
}
