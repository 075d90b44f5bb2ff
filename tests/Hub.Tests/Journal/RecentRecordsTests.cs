using System.Text;
using Hub.Journal;
using static Hub.Tests.Journal.JournalFolder;

namespace Hub.Tests.Journal;

public sealed class RecentRecordsTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_consumer_that_keeps_up_needs_no_disk()
    {
        await using var journal = _folder.Open();
        using var cursor = journal.Open(0, after: 0);
        await AppendDurablyAsync(journal, 0, "first");
        foreach (var segment in _folder.Segments()) Spoil(segment.FullName);

        var batch = new JournalBatch();
        Assert.True(cursor.TryRead(batch));
        Assert.Equal("first", Encoding.UTF8.GetString(batch.Body(batch.Entries[0])));
        Assert.Equal(1, cursor.Position);
        Assert.False(cursor.TryRead(batch));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4 << 10)]
    [InlineData(32 << 10)]
    public async Task Whoever_lags_more_or_less_misses_nothing_and_sees_nothing_twice(int recentBytes)
    {
        const int Records = 8_000;
        await using var journal = LocalJournal.Open(_folder.Options() with { RecentBytes = recentBytes }, _folder.Clock);
        var readers = Enumerable.Range(0, 4).Select(i => Task.Run(() => ReadSlowly(journal, i % 2, Records, seed: i), Stop)).ToArray();
        var random = new Random(recentBytes);
        for (var i = 1; i <= Records; i++)
        {
            for (var lane = 0; lane < 2; lane++) await AppendAsync(journal, lane, $"{lane}:{i}:{new string('x', i % 97)}");
            if (random.Next(100) == 0) await AppendDurablyAsync(journal, 1, "between");
        }

        await AppendDurablyAsync(journal, 0, "end");
        await AppendDurablyAsync(journal, 1, "end");
        foreach (var read in await Task.WhenAll(readers)) Assert.Null(read);
        Assert.Equal(0, journal.Faults.DamagedBytes);
    }

    // Reads until "end"; what is wrong with what was read, or null. Pauses by reading in batches of changing size.
    private static async Task<string?> ReadSlowly(LocalJournal journal, int lane, int records, int seed)
    {
        var random = new Random(seed);
        var batches = (JournalBatch[])[new(maxRecords: 1), new(maxBytes: 700), new()];
        using var cursor = journal.Open(lane, after: 0);
        long position = 0;
        var next = 1;
        while (true)
        {
            var batch = batches[random.Next(batches.Length)];
            if (!await cursor.ReadAsync(batch, Stop)) return "the journal ended";
            for (var i = 0; i < batch.Count; i++)
            {
                var entry = batch.Entries[i];
                if (entry.Position != ++position) return $"position {entry.Position} instead of {position}";
                var text = Encoding.UTF8.GetString(batch.Body(entry));
                if (text == "between") continue;
                if (text == "end") return next == records + 1 ? null : $"{next - 1} records instead of {records}";
                if (text != $"{lane}:{next}:{new string('x', next % 97)}") return $"'{text}' at {position} instead of record {next}";
                next++;
            }

            for (var spin = random.Next(3) == 0 ? random.Next(20_000) : 0; spin > 0; spin--) Thread.SpinWait(1);
        }
    }

    private static void Spoil(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = 64;
        file.Write(new byte[512]);
    }
}
