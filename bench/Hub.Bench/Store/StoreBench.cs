using System.Diagnostics;
using System.Globalization;
using Hub.Adapters.Embedded;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Bench.Store;

/// <summary>Readings into the embedded store and out again: readings a second, bytes a reading, a day of one series, start after a kill.</summary>
public static class StoreBench
{
    private const long Start = 1_795_305_600_000;

    /// <summary>Options: <c>--simulated SCALE</c> (the simulators' community instead of the sample), <c>--influx URL</c> (writes there as well), <c>--devices N</c> (600), <c>--hours N</c> (24), <c>--commit N</c> readings a commit (50,000), <c>--data DIR</c> (a throw-away folder).</summary>
    public static int Run(string[] args)
    {
        int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var i ? int.Parse(args[i + 1], CultureInfo.InvariantCulture) : otherwise;
        var devices = Option("--devices", 600);
        var hours = Option("--hours", 24);
        var perCommit = Option("--commit", 50_000);
        var at = Array.IndexOf(args, "--data");
        var folder = at >= 0 ? args[at + 1] : Directory.CreateTempSubdirectory("hub-bench-store-").FullName;
        var simulated = Array.IndexOf(args, "--simulated");
        var messages = simulated >= 0 ? SimulatedDay.Make(double.Parse(args[simulated + 1], CultureInfo.InvariantCulture), Start, hours) : SampleDay.Make(devices, Start, hours);
        var speaking = messages.Select(message => message.Device.Id).Distinct().ToArray();
        Console.WriteLine($"messages {messages.Count:N0} of {speaking.Length:N0} devices over {hours} h");
        try
        {
            Measure(messages, perCommit, folder, [.. WithPower(messages).Distinct().Take(21)]).GetAwaiter().GetResult();
            if (Array.IndexOf(args, "--influx") is >= 0 and var influx) MeasureInflux(messages, perCommit, folder, new Uri(args[influx + 1])).GetAwaiter().GetResult();
            return 0;
        }
        finally
        {
            if (at < 0) Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> WithPower(List<SampleDay.Message> messages) =>
        messages.Where(message => message.Readings.Any(reading => reading.Channel.Name == "power")).Select(message => message.Device.Id);

    private static async Task Measure(List<SampleDay.Message> messages, int perCommit, string folder, string[] ports)
    {
        var options = new EmbeddedReadingsOptions { DataDir = folder };
        long readings = 0;
        await using (var store = new EmbeddedReadingsStore(options))
        {
            await store.OpenAsync(1, default);
            long uncommitted = 0, position = 0, allocatedInAppend = 0;
            var commits = new List<double>();
            var observation = new Observation { Lane = 0, Kind = MessageKind.Telemetry };
            var watch = Stopwatch.StartNew();
            foreach (var message in messages)
            {
                message.FillInto(observation, ++position);
                var before = GC.GetAllocatedBytesForCurrentThread();
                store.Append(observation);
                allocatedInAppend += GC.GetAllocatedBytesForCurrentThread() - before;
                readings += observation.Count;
                uncommitted += observation.Count;
                if (uncommitted < perCommit) continue;
                uncommitted = 0;
                var began = watch.Elapsed;
                await store.CommitAsync(new Checkpoint([position], default, readings), default);
                commits.Add((watch.Elapsed - began).TotalMilliseconds);
            }

            await store.CommitAsync(new Checkpoint([position], default, readings), default);
            watch.Stop();
            commits.Sort();
            Console.WriteLine($"write {readings / watch.Elapsed.TotalSeconds:N0} readings/s ({readings:N0} readings in {watch.Elapsed.TotalSeconds:F2} s, {commits.Count} commits, median {commits[commits.Count / 2]:F1} ms, longest {commits[^1]:F1} ms)");
            Console.WriteLine($"allocated in append {allocatedInAppend / (double)readings:F2} bytes/reading (buffers that grow, sealed chunks)");
            await MeasureReads(store, ports);
        }

        var file = new FileInfo(Path.Combine(folder, "readings.db")).Length;
        Console.WriteLine($"disk {file / (double)readings:F2} bytes/reading ({file:N0} bytes of file after close), chunk data {ChunkBytes(folder) / (double)readings:F2} bytes/reading");
        var open = Stopwatch.StartNew();
        await using var again = new EmbeddedReadingsStore(options);
        await again.OpenAsync(1, default);
        Console.WriteLine($"open {open.Elapsed.TotalMilliseconds:F0} ms");
    }

    private static async Task MeasureInflux(List<SampleDay.Message> messages, int perCommit, string folder, Uri url)
    {
        await using var store = new Adapters.Influx.InfluxReadingsStore(new Adapters.Influx.InfluxDbOptions { Url = url, DataDir = folder }, TimeProvider.System);
        await store.OpenAsync(1, default);
        long readings = 0, uncommitted = 0, position = 0;
        var observation = new Observation { Lane = 0, Kind = MessageKind.Telemetry };
        var watch = Stopwatch.StartNew();
        foreach (var message in messages)
        {
            message.FillInto(observation, ++position);
            store.Append(observation);
            readings += observation.Count;
            uncommitted += observation.Count;
            if (uncommitted < perCommit && position < messages.Count) continue;
            uncommitted = 0;
            await store.CommitAsync(new Checkpoint([position], default, readings), default);
        }

        Console.WriteLine($"influxdb {store.ServerVersion}: write {readings / watch.Elapsed.TotalSeconds:N0} readings/s ({readings:N0} readings in {watch.Elapsed.TotalSeconds:F1} s, {store.RefusedCount} lines refused)");
    }

    private static async Task MeasureReads(EmbeddedReadingsStore store, string[] ports)
    {
        foreach (var (what, step) in new[] { ("raw", 0L), ("5 min steps", 300_000L) })
        {
            var times = new List<double>();
            var points = 0;
            foreach (var port in ports)
            {
                var watch = Stopwatch.StartNew();
                points = (await store.ReadAsync(new SeriesQuery(port, "power", Start, Start + 86_400_000, step, 100_000), default)).Count;
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            times.Sort();
            Console.WriteLine($"read a day of one series, {what}: {points:N0} points, median {times[times.Count / 2]:F2} ms, longest {times[^1]:F2} ms");
        }
    }

    private static long ChunkBytes(string folder)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "readings.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT coalesce(sum(length(data)), 0) FROM chunks) + (SELECT coalesce(sum(length(open_data)), 0) FROM series)";
        return (long)command.ExecuteScalar()!;
    }
}
