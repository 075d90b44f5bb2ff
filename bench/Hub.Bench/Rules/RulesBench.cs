using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Rules;
using Hub.Tests.House;

namespace Hub.Bench.Rules;

/// <summary>The shipped rules alone: 10,000 devices of the reference mix, three readings a message, from memory, on one core.</summary>
internal static class RulesBench
{
    private static readonly (string Kind, int Share, string[] Channels, double[] Values)[] mix =
    [
        ("chargerPort", 40, ["power", "port_temp", "current"], [180, 31, 0.8]),
        ("shedSmoke", 10, ["smoke", "temperature", "battery"], [0.01, 20, 90]),
        ("lineMonitor", 15, ["residual", "cable_temp_a", "power"], [90, 32, 200]),
        ("gasDetector", 15, ["lel", "co", "valve"], [1, 1, 1]),
        ("doorReader", 15, ["in_count", "out_count", "contact"], [1, 1, 0]),
        ("chargeLoadDetector", 5, ["waveform", "power", "voltage"], [0.1, 90, 220]),
    ];

    /// <summary>Usage: rules [MILLIONS=10] [FILE TO LEAVE OUT…], such as <c>rules 8 detectors.yaml learned.yaml</c>.</summary>
    public static int Run(string[] args)
    {
        var millions = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var without = args.Skip(1).ToHashSet(StringComparer.Ordinal);
        var channels = new ChannelTable();
        var files = Directory.EnumerateFiles(Repository.Rules, "*.yaml").Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllText(f))).Where(f => !without.Contains(f.Item1)).ToList();
        var loading = Stopwatch.GetTimestamp();
        var book = RuleBook.Parse(files, channels, TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), null, null));
        var loaded = Stopwatch.GetElapsedTime(loading);
        var directory = new FixedDirectory(10_000, Make);
        var engine = new RuleEngine(book, directory, 0, new EngineOptions());
        var alerts = new List<Alert>();
        var lane = new Feed(channels, directory);

        for (var i = 0; i < 6; i++) lane.Round(engine, alerts);
        var raised = alerts.Count;
        var rounds = millions * 1_000_000 / (directory.Count * 3);
        GC.Collect();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var from = Stopwatch.GetTimestamp();
        for (var i = 0; i < rounds; i++) lane.Round(engine, alerts);
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        process.Refresh();
        var cpuSeconds = (process.TotalProcessorTime - cpu).TotalSeconds;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        var readings = (double)rounds * directory.Count * 3;

        foreach (var group in alerts.GroupBy(a => a.Rule, StringComparer.Ordinal)) Console.WriteLine($"  {group.Key}: {group.Count()} alerts, as {group.First().Explanation.En}");
        var saved = new ArrayBufferWriter<byte>(64 << 20);
        engine.Save(saved);
        saved.ResetWrittenCount();
        var saving = Stopwatch.GetTimestamp();
        engine.Save(saved);
        var figures = engine.Figures;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rules {book.Rules.Count}, devices {figures.Devices}, keys {figures.Keys}, state about {figures.Bytes / 1e6:F1} MB, packs read in {loaded.TotalMilliseconds:F0} ms"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"readings/s {readings / seconds:N0} ({readings / cpuSeconds:N0} a second of processor time), allocated {bytes / readings:F3} bytes a reading, alerts {alerts.Count - raised}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"snapshot {saved.WrittenCount / 1e6:F1} MB in {Stopwatch.GetElapsedTime(saving).TotalMilliseconds:F0} ms"));
        return 0;
    }

    private static Device Make(int i)
    {
        var m = MixOf(i);
        var estate = i % 8;
        var place = m <= 1
            ? $"leshan/estate-{estate}/shed-{i / 8 % 36}/bay-{i % 40}"
            : $"leshan/estate-{estate}/building-{i / 8 % 14}/stairwell-{i / 112 % 4}/flat-{i % 30}";
        return new Device(i, FixedDirectory.Id(i), DeviceKinds.Of(mix[m].Kind), PlaceNames.FromPath(place));
    }

    // Which of the mix a device is: the shares, spread over any hundred in a row.
    private static int MixOf(int device)
    {
        var at = device * 7 % 100;
        var m = 0;
        for (var sum = mix[0].Share; at >= sum; sum += mix[m].Share) m++;
        return m;
    }

    /// <summary>Every device speaks once a round; a round is ten seconds, with its ticks.</summary>
    private sealed class Feed(ChannelTable channels, FixedDirectory directory)
    {
        private readonly Observation observation = new();
        private readonly Channel[][] channelsOf = [.. mix.Select(m => m.Channels.Select(c => channels.Find(c)!).ToArray())];
        private readonly int[] mixOf = [.. Enumerable.Range(0, directory.Count).Select(MixOf)];
        private long nowMs = 1_795_327_200_000;
        private long position;
        private uint noise = 1;

        public void Round(RuleEngine engine, List<Alert> alerts)
        {
            var perTick = directory.Count / 10;
            for (var i = 0; i < directory.Count; i++)
            {
                if (i % perTick == 0) engine.Tick(nowMs += 1000, ++position, alerts);
                var device = directory.All[i];
                var m = mixOf[i];
                observation.Clear();
                observation.Device = device;
                observation.Kind = MessageKind.Telemetry;
                observation.Position = ++position;
                observation.AtMs = observation.ArrivalMs = nowMs;
                noise = (noise * 1_664_525) + 1_013_904_223;
                var shake = 1 + ((noise >> 24) / 2_560.0);
                for (var c = 0; c < 3; c++) observation.Add(new Reading(channelsOf[m][c], mix[m].Values[c] * shake));
                engine.Judge(observation, alerts);
            }
        }
    }
}
