using System.Text;
using Hub.Journal;
using Hub.Tests.Support;

namespace Hub.Tests.Journal;

/// <summary>A journal in a throw-away folder, with small segments so that rolling is seen.</summary>
internal sealed class JournalFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("hub-journal-").FullName;
    public ManualClock Clock { get; } = new();

    public JournalOptions Options(int lanes = 2, int segmentBytes = 64 << 10, params string[] consumers) => new()
    {
        Directory = Path, Lanes = lanes, SegmentBytes = segmentBytes, BatchBytes = 16 << 10, BodyBytes = 8 << 10, ReserveBytes = 0,
        Consumers = consumers,
    };

    public LocalJournal Open(int lanes = 2, params string[] consumers) => LocalJournal.Open(Options(lanes, 64 << 10, consumers), Clock);

    public FileInfo[] Segments() => [.. new DirectoryInfo(Path).GetFiles("*.journal").OrderBy(f => f.Name, StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public static async Task<long> AppendAsync(IJournal journal, int lane, string text)
    {
        var stop = TestContext.Current.CancellationToken;
        return await journal.AppendAsync(lane, new JournalBody(Encoding.UTF8.GetBytes(text)), stop);
    }

    public static async Task AppendDurablyAsync(IJournal journal, int lane, string text) =>
        await journal.CommittedAsync(await AppendAsync(journal, lane, text), TestContext.Current.CancellationToken);

    public static List<(long Position, string Text)> ReadAll(IJournal journal, int lane, long after = 0)
    {
        var all = new List<(long, string)>();
        var batch = new JournalBatch(4096, 16);
        using var cursor = journal.Open(lane, after);
        while (cursor.TryRead(batch))
        {
            foreach (ref readonly var entry in batch.Entries) all.Add((entry.Position, Encoding.UTF8.GetString(batch.Body(entry))));
        }

        return all;
    }
}
