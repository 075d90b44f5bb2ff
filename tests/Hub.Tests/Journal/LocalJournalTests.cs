using System.Buffers;
using Hub.Journal;
using static Hub.Tests.Journal.JournalFolder;

namespace Hub.Tests.Journal;

public sealed class LocalJournalTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_committed_is_read_back_in_the_order_of_its_lane()
    {
        await using var journal = _folder.Open();
        for (var i = 1; i <= 100; i++) await AppendAsync(journal, i % 2, $"record {i}");
        await AppendDurablyAsync(journal, 0, "last");

        Assert.Equal([.. Enumerable.Range(1, 50).Select(i => ((long)i, $"record {i * 2}")), (51, "last")], ReadAll(journal, 0));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => ((long)i, $"record {(i * 2) - 1}")), ReadAll(journal, 1));
        Assert.Equal((51, 50), (journal.Head(0), journal.Head(1)));
    }

    [Fact]
    public async Task A_body_in_several_pieces_is_one_record()
    {
        await using var journal = _folder.Open();
        var rest = TwoPieces("de"u8.ToArray(), "f"u8.ToArray());
        var ticket = await journal.AppendAsync(0, new JournalBody("a"u8, "b"u8, "c"u8, rest), Stop);
        await journal.CommittedAsync(ticket, Stop);
        Assert.Equal([(1L, "abcdef")], ReadAll(journal, 0));
    }

    [Fact]
    public async Task After_a_restart_everything_is_there_and_numbering_goes_on()
    {
        await using (var journal = _folder.Open())
        {
            for (var i = 0; i < 3000; i++) await AppendAsync(journal, 0, $"before {i} {new string('x', 50)}");
            await AppendDurablyAsync(journal, 1, "other lane");
        }

        await using var again = _folder.Open();
        await AppendDurablyAsync(again, 0, "after");
        var read = ReadAll(again, 0);
        Assert.Equal(3001, read.Count);
        Assert.Equal((3001L, "after"), read[^1]);
        Assert.Equal([(1L, "other lane")], ReadAll(again, 1));
        Assert.True(_folder.Segments().Length > 3, "the records must have filled several segments");
        Assert.Equal(new JournalFaults(0, 0, 0, 0, []), again.Faults with { Notes = [] });
    }

    [Fact]
    public async Task Reading_can_begin_at_any_position()
    {
        await using var journal = _folder.Open();
        for (var i = 1; i <= 2000; i++) await AppendAsync(journal, 0, $"{i} {new string('x', 100)}");
        await AppendDurablyAsync(journal, 0, "end");
        foreach (var after in (long[])[0, 1, 499, 500, 1234, 1999, 2000])
        {
            var read = ReadAll(journal, 0, after);
            Assert.Equal(after + 1, read[0].Position);
            Assert.Equal(2001 - after, read.Count);
        }

        Assert.Empty(ReadAll(journal, 0, 2001));
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_the_next_commit_of_its_lane()
    {
        await using var journal = _folder.Open();
        using var cursor = journal.Open(0, 0);
        var batch = new JournalBatch();
        var reading = cursor.ReadAsync(batch, Stop).AsTask();
        await AppendDurablyAsync(journal, 1, "not for me");
        Assert.False(reading.IsCompleted);
        await AppendDurablyAsync(journal, 0, "for me");
        Assert.True(await reading);
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public async Task A_waiting_reader_can_be_stopped_and_wait_again()
    {
        await using var journal = _folder.Open();
        using var cursor = journal.Open(0, 0);
        var batch = new JournalBatch();
        using var stop = new CancellationTokenSource();
        var reading = cursor.ReadAsync(batch, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        reading = cursor.ReadAsync(batch, Stop).AsTask();
        await AppendDurablyAsync(journal, 0, "later");
        Assert.True(await reading);
    }

    [Fact]
    public async Task Closing_the_journal_lets_a_reader_finish_and_then_tells_it_so()
    {
        var journal = _folder.Open();
        using var cursor = journal.Open(0, 0);
        var batch = new JournalBatch();
        var reading = cursor.ReadAsync(batch, Stop).AsTask();
        await journal.DisposeAsync();
        Assert.False(await reading);
    }

    [Fact]
    public async Task Appends_wait_when_the_batch_is_full_and_none_is_lost()
    {
        await using var journal = _folder.Open();
        var body = new string('x', 4000);
        var appends = Enumerable.Range(0, 200).Select(i => Task.Run(() => AppendAsync(journal, 0, $"{i:D3}{body}"), Stop)).ToArray();
        var tickets = await Task.WhenAll(appends);
        await journal.CommittedAsync(tickets.Max(), Stop);
        Assert.Equal(200, ReadAll(journal, 0).Select(r => r.Text).Distinct().Count());
    }

    [Fact]
    public async Task A_body_larger_than_allowed_is_refused_by_name()
    {
        await using var journal = _folder.Open();
        var error = await Assert.ThrowsAsync<JournalException>(async () => await journal.AppendAsync(0, new JournalBody(new byte[8193]), Stop));
        Assert.Contains("8193", error.Message);
    }

    [Theory]
    [InlineData(1 << 20, 1 << 18, (1 << 18) - 24)]
    [InlineData(64 << 20, 4 << 20, 2 << 20)]
    public void Batch_and_body_follow_the_size_of_a_segment(int segment, int batch, int body)
    {
        var options = new JournalOptions { Directory = "x", SegmentBytes = segment };
        options.Check();
        Assert.Equal((batch, body), (options.BatchBytes, options.BodyBytes));
    }

    [Fact]
    public async Task A_second_hub_on_the_same_folder_is_told_so()
    {
        await using var journal = _folder.Open();
        var error = Assert.Throws<JournalException>(() => _folder.Open());
        Assert.Contains("in use", error.Message);
    }

    [Fact]
    public async Task Another_number_of_lanes_is_refused_because_it_would_reorder()
    {
        await using (var journal = _folder.Open()) await AppendDurablyAsync(journal, 0, "x");
        var error = Assert.Throws<JournalException>(() => _folder.Open(lanes: 3));
        Assert.Contains("2 lanes", error.Message);
    }

    [Fact]
    public async Task Segments_go_only_when_every_consumer_has_passed_them()
    {
        var options = _folder.Options(1, 64 << 10, "rules", "readings") with { RetainBytes = 0 };
        await using var journal = LocalJournal.Open(options, _folder.Clock);
        for (var i = 1; i <= 2000; i++) await AppendAsync(journal, 0, $"{i} {new string('x', 200)}");
        await AppendDurablyAsync(journal, 0, "end");
        var before = _folder.Segments().Length;

        journal.SetConsumerPosition("rules", 0, 2000);
        await AppendDurablyAsync(journal, 0, "readings has not spoken yet");
        Assert.Equal(before, _folder.Segments().Length);

        journal.SetConsumerPosition("readings", 0, 1000);
        await AppendDurablyAsync(journal, 0, "now half of them may go");
        Assert.InRange(_folder.Segments().Length, 2, before - 1);
        Assert.InRange(journal.Tail(0), 2, 1001);
        Assert.Equal(1001, ReadAll(journal, 0, 1000)[0].Position);
        Assert.Equal(journal.Tail(0), ReadAll(journal, 0)[0].Position);
    }

    [Fact]
    public async Task Without_need_consumed_segments_are_kept_for_replay()
    {
        await using var journal = _folder.Open(lanes: 1, "rules");
        for (var i = 1; i <= 2000; i++) await AppendAsync(journal, 0, $"{i} {new string('x', 200)}");
        journal.SetConsumerPosition("rules", 0, 1900);
        await AppendDurablyAsync(journal, 0, "end");
        Assert.Equal(1, journal.Tail(0));
    }

    [Fact]
    public async Task A_consumer_that_has_seen_more_than_is_left_does_not_miss_what_comes_next()
    {
        await using var journal = _folder.Open();
        await AppendDurablyAsync(journal, 0, "one");
        using var cursor = journal.Open(0, after: 10);
        await AppendDurablyAsync(journal, 0, "next");
        var batch = new JournalBatch();
        Assert.True(cursor.TryRead(batch));
        Assert.Equal(11, batch.LastPosition);
    }

    [Fact]
    public async Task Appending_and_reading_do_not_allocate_once_warm()
    {
        await using var journal = LocalJournal.Open(_folder.Options(1, 8 << 20), new FolderDisk(_folder.Path), _folder.Clock, startWriter: false);
        using var cursor = journal.Open(0, 0);
        var batch = new JournalBatch();
        var body = new byte[150];
        void Append()
        {
            var appended = journal.AppendAsync(0, new JournalBody(body), Stop);
            Assert.True(appended.IsCompletedSuccessfully);
        }

        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++) Append();
            journal.Commit();
            while (cursor.TryRead(batch))
            {
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        for (var i = 0; i < 100; i++) Round();
        Assert.Equal(0, Enumerable.Range(0, 20).Min(_ => Round()));
    }

    private static ReadOnlySequence<byte> TwoPieces(byte[] first, byte[] second)
    {
        var end = new Piece(second, null, first.Length);
        return new ReadOnlySequence<byte>(new Piece(first, end, 0), 0, end, second.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, Piece? next, long index) => (Memory, Next, RunningIndex) = (bytes, next, index);
    }
}
