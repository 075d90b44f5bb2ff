using System.Diagnostics;
using Hub.Journal;

namespace Hub.Bench.Journal;

/// <summary>
/// The journal alone: senders that append and wait for the commit, readers of every lane behind them.
/// <c>journal [senders] [window] [body bytes] [seconds] [folder]</c>; a sender has <c>window</c> records on their way at once.
/// </summary>
internal static class JournalBench
{
    public static int Run(string[] args)
    {
        var senders = Number(args, 0, 50);
        var window = Number(args, 1, 20);
        var bytes = Number(args, 2, 150);
        var seconds = Number(args, 3, 5);
        var folder = args.Length > 4 ? args[4] : Directory.CreateTempSubdirectory("hub-bench-journal-").FullName;
        try
        {
            Measure(folder, senders, window, bytes, seconds).GetAwaiter().GetResult();
        }
        finally
        {
            if (args.Length <= 4) Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task Measure(string folder, int senders, int window, int bytes, int seconds)
    {
        var options = new JournalOptions { Directory = folder, RetainBytes = 256 << 20, Consumers = ["bench"] };
        var waits = new long[4_000_000];
        var count = 0;
        long read = 0;
        var watch = Stopwatch.StartNew();
        var gen0 = GC.CollectionCount(0);
        await using (var journal = LocalJournal.Open(options, Clock))
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), Clock);
            var reading = Enumerable.Range(0, journal.Lanes).Select(lane => Task.Run(async () =>
            {
                using var cursor = journal.Open(lane, 0);
                var batch = new JournalBatch();
                while (await cursor.ReadAsync(batch, CancellationToken.None))
                {
                    Interlocked.Add(ref read, batch.Count);
                    journal.SetConsumerPosition("bench", lane, batch.LastPosition);
                }
            })).ToArray();
            await Task.WhenAll(Enumerable.Range(0, senders).Select(s => Task.Run(async () =>
            {
                var body = new byte[bytes];
                while (!stop.IsCancellationRequested)
                {
                    var began = Stopwatch.GetTimestamp();
                    long ticket = 0;
                    for (var i = 0; i < window; i++) ticket = await journal.AppendAsync(s % journal.Lanes, new JournalBody(body), CancellationToken.None);
                    await journal.CommittedAsync(ticket, CancellationToken.None);
                    var at = Interlocked.Increment(ref count) - 1;
                    if (at < waits.Length) waits[at] = Stopwatch.GetTimestamp() - began;
                }
            })));
            watch.Stop();
            await journal.DisposeAsync();
            await Task.WhenAll(reading);
        }

        var records = (long)count * window;
        var sorted = waits.AsSpan(0, Math.Min(count, waits.Length)).ToArray();
        Array.Sort(sorted);
        Console.WriteLine($"journal: {senders} senders, window {window}, {bytes} bytes: {records / watch.Elapsed.TotalSeconds:N0} records/s durable, {records * bytes / watch.Elapsed.TotalSeconds / 1e6:N1} MB/s");
        Console.WriteLine($"commit wait: p50 {Ms(sorted, 0.5):N2} ms, p99 {Ms(sorted, 0.99):N2} ms, max {Ms(sorted, 1):N2} ms; read back {read:N0} of {records:N0}; gen0 collections {GC.CollectionCount(0) - gen0}");

        watch.Restart();
        await using (LocalJournal.Open(options, Clock))
        {
            Console.WriteLine($"open again: {watch.Elapsed.TotalMilliseconds:N0} ms");
        }
    }

    private static TimeProvider Clock => TimeProvider.System;

    private static double Ms(long[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)] * 1000.0 / Stopwatch.Frequency;

    private static int Number(string[] args, int index, int otherwise) =>
        args.Length > index && int.TryParse(args[index], System.Globalization.CultureInfo.InvariantCulture, out var n) && n > 0 ? n : otherwise;
}
