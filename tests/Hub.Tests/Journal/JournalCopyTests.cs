using Hub.Journal;

namespace Hub.Tests.Journal;

public sealed class JournalCopyTests : IDisposable
{
    private readonly JournalFolder _folder = new();
    private readonly string _target = Path.Combine(Path.GetTempPath(), "hub-journal-copy-" + Guid.NewGuid().ToString("N"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        if (Directory.Exists(_target)) Directory.Delete(_target, recursive: true);
    }

    [Fact]
    public async Task A_copy_of_an_open_journal_holds_every_record_committed_before()
    {
        await using var journal = _folder.Open();
        for (var i = 0; i < 1000; i++) await JournalFolder.AppendDurablyAsync(journal, i % 2, new string('x', 200) + i);
        Assert.True(_folder.Segments().Length > 2);

        Copy(_target);

        await using var copy = OpenCopy(_target);
        for (var lane = 0; lane < 2; lane++) Assert.Equal(JournalFolder.ReadAll(journal, lane), JournalFolder.ReadAll(copy, lane));
        Assert.Equal(0, copy.Faults.DamagedBytes + copy.Faults.TornBytes);
    }

    [Fact]
    public async Task A_record_that_ends_with_zeros_is_copied_whole()
    {
        await using var journal = _folder.Open();
        await JournalFolder.AppendDurablyAsync(journal, 0, "end" + new string('\0', 6000));

        Copy(_target);

        await using var copy = OpenCopy(_target);
        Assert.Equal(JournalFolder.ReadAll(journal, 0), JournalFolder.ReadAll(copy, 0));
    }

    [Fact]
    public async Task A_copy_taken_under_load_is_a_sound_past_of_the_journal()
    {
        await using var journal = _folder.Open();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++) await JournalFolder.AppendDurablyAsync(journal, i % 2, new string((char)('a' + (i % 26)), 50 + (i % 700)));
        }, Stop);

        for (var n = 0; n < 25; n++)
        {
            var target = Path.Combine(_target, $"{n}");
            using (var hold = JournalCopy.Hold(_folder.Path))
            {
                var before = new[] { journal.Head(0), journal.Head(1) };
                hold.WriteTo(target, null, Stop);
                await using var copy = OpenCopy(target);
                Assert.Equal((0, 0), (copy.Faults.DamagedBytes, copy.Faults.DamagedRecords));
                for (var lane = 0; lane < 2; lane++)
                {
                    var records = JournalFolder.ReadAll(copy, lane);
                    Assert.True(copy.Head(lane) >= before[lane]);
                    Assert.Equal(copy.Head(lane), records.Count);
                }

                Assert.Equal(0, copy.Faults.DamagedBytes);
            }
        }

        await enough.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_segment_that_retention_deletes_meanwhile_is_still_copied()
    {
        await using var journal = _folder.Open();
        for (var i = 0; i < 600; i++) await JournalFolder.AppendDurablyAsync(journal, 0, new string('y', 300));
        using var hold = JournalCopy.Hold(_folder.Path);
        var oldest = _folder.Segments()[0];
        oldest.Delete();

        Assert.Contains(oldest.Name, hold.WriteTo(_target, null, Stop));

        await using var copy = OpenCopy(_target);
        Assert.Equal(600, JournalFolder.ReadAll(copy, 0).Count);
    }

    private void Copy(string target)
    {
        using var hold = JournalCopy.Hold(_folder.Path);
        hold.WriteTo(target, null, Stop);
    }

    private LocalJournal OpenCopy(string target) => LocalJournal.Open(_folder.Options() with { Directory = target }, _folder.Clock);
}
