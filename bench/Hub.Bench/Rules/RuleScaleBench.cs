using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Rules;
using Hub.Tests.House;

namespace Hub.Bench.Rules;

/// <summary>How large the rules may grow: very many keys, and very many rules.</summary>
/// <example><c>rules-keys 1000000</c> gives that many keys live state, in the shipped rules; <c>rules-many 2000</c> reads and runs a pack of that many rules.</example>
internal static class RuleScaleBench
{
    private static readonly TimeZoneInfo china = TimeZoneInfo.CreateCustomTimeZone("UTC+8", TimeSpan.FromHours(8), null, null);

    /// <summary>Charger ports under the shipped rules until there are so many keys.</summary>
    public static int Keys(string[] args)
    {
        var wanted = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var channels = new ChannelTable();
        var book = RuleBook.Load(Repository.Rules, channels, china);
        var before = Settle();
        var directory = Ports(wanted / 4);
        var ports = Settle() - before;
        var engine = new RuleEngine(book, directory, 0, new EngineOptions { MaxKeys = wanted * 2 });
        var alerts = new List<Alert>();
        var feed = new Feed(channels, directory);
        feed.Round(engine, alerts);
        feed.Round(engine, alerts);
        var bytes = Settle() - before - ports;
        var figures = engine.Figures;
        Line($"devices {figures.Devices:N0}, keys {figures.Keys:N0}, each device with the newest values of its channels");
        Line($"memory of devices and keys {bytes / 1e6:N0} MB: {bytes / (double)figures.Keys:N0} bytes a key, {bytes / (double)figures.Devices:N0} a device (the engine's own estimate {figures.Bytes / 1e6:N0} MB)");
        var (seconds, cpu) = Timed(() => feed.Round(engine, alerts));
        Line($"readings/s {directory.Count * 3 / seconds:N0} ({directory.Count * 3 / cpu:N0} a second of processor time), alerts {alerts.Count:N0}");
        var saved = new ArrayBufferWriter<byte>(256 << 20);
        (seconds, _) = Timed(() => engine.Save(saved));
        Line($"snapshot {saved.WrittenCount / 1e6:N0} MB in {seconds:F2} s");
        var again = new RuleEngine(book, directory, 0, new EngineOptions { MaxKeys = wanted * 2 });
        (seconds, _) = Timed(() => again.Restore(saved.WrittenSpan));
        Line($"restored in {seconds:F2} s: {again.Figures.Keys:N0} keys");
        foreach (var (what, file, from, to) in changes) Swap(ref engine, book, channels, what, file, from, to);
        GC.KeepAlive(engine);
        return 0;
    }

    private static readonly (string What, string File, string From, string To)[] changes =
    [
        ("a limit of one rule that watches every device", "a04-overlong-charge.yaml", "rating: 600 W", "rating: 650 W"),
        ("a span of one rule that watches every device", "a03-battery-thermal.yaml", "rate(port_temp, 2 min)", "rate(port_temp, 3 min)"),
        ("a text of a rule that watches none of them", "a07-line-fault.yaml", "Electrical line fault", "Line fault"),
        ("the budget of a detector", "detectors.yaml", "budget: 0.5", "budget: 2"),
    ];

    // Reading and compiling happens while the lane runs; only the change itself holds it up.
    private static void Swap(ref RuleEngine engine, RuleBook book, ChannelTable channels, string what, string file, string from, string to)
    {
        var files = book.Files.Select(f => f.File == file ? (f.File, f.Text.Replace(from, to, StringComparison.Ordinal)) : f).ToList();
        var changed = RuleBook.Parse(files, channels, china);
        if (changed.Fingerprint == book.Fingerprint) throw new InvalidOperationException($"'{from}' is not in {file} any more");
        var (seconds, next) = (0.0, engine);
        (seconds, _) = Timed(() => next = next.Under(changed));
        engine = next.Under(book);
        Line($"rules changed ({what}): the lane stands still for {seconds * 1000:N0} ms");
    }

    /// <summary>A pack of very many rules over one kind of device: reading it, and judging by all of it.</summary>
    public static int Many(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000;
        var channels = new ChannelTable();
        var pack = Pack(count);
        RuleBook book = null!;
        var (seconds, cpu) = Timed(() => book = RuleBook.Parse([("many.yaml", pack)], channels, china));
        Line($"{count:N0} rules, {pack.Length / 1e6:F1} MB of YAML, read, checked and compiled in {seconds:F2} s ({cpu:F2} s of processor time)");
        var directory = Ports(10_000);
        var engine = new RuleEngine(book, directory, 0, new EngineOptions { MaxKeys = 100_000_000 });
        var alerts = new List<Alert>();
        var feed = new Feed(channels, directory) { Of = 500 };
        feed.Round(engine, alerts);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        (seconds, cpu) = Timed(() => feed.Round(engine, alerts));
        var judged = (double)feed.Of * count;
        Line($"{feed.Of:N0} messages of devices that every rule watches: {feed.Of / seconds:N0} messages/s, {judged / seconds / 1e6:F1} million rule judgements/s ({judged / cpu / 1e6:F1} a second of processor time), {(GC.GetAllocatedBytesForCurrentThread() - allocated) / judged:F3} bytes allocated each");
        Line($"keys {engine.Figures.Keys:N0}, alerts {alerts.Count:N0}, held back {engine.Figures.Suppressed:N0}");

        // As a district has them: each rule for the devices of one row.
        book = RuleBook.Parse([("many.yaml", Pack(count, rows: true))], channels, china);
        engine = new RuleEngine(book, directory, 0, new EngineOptions());
        feed = new Feed(channels, directory);
        feed.Round(engine, alerts);
        (seconds, cpu) = Timed(() => feed.Round(engine, alerts));
        Line($"the same rules, each for the devices of one row: {directory.Count * 3 / seconds:N0} readings/s ({directory.Count * 3 / cpu:N0} a second of processor time), keys {engine.Figures.Keys:N0}");
        return 0;
    }

    private static string Pack(int count, bool rows = false)
    {
        var text = new StringBuilder("pack: many\nrules:\n");
        for (var i = 0; i < count; i++)
        {
            var row = rows ? string.Create(CultureInfo.InvariantCulture, $", attributes: {{row: r{i}}}") : "";
            text.Append(CultureInfo.InvariantCulture, $$"""
              - id: M{{i}}
                version: 1.0.0
                type: Many
                description: {zh: 试, en: trial}
                owner: bench
                basis: bench
                watch: {kinds: [chargerPort]{{row}} }
                params: {limit: {{60 + (i % 25)}} °C}
                let:
                  hot: {hold: "port_temp >= $limit and power > 25 W", for: {{10 + (i % 50)}} s, gap: 90 s}
                steps:
                  - {name: a, severity: P3, when: hot, explain: {zh: "{device} {port_temp}", en: "{device} {port_temp}"} }
                clear: {when: port_temp < {{50 + (i % 9)}} °C, for: 5 min}
                firstReceivers: []

            """);
        }

        return text.ToString();
    }

    private static long Settle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static (double Seconds, double Cpu) Timed(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var from = Stopwatch.GetTimestamp();
        work();
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        process.Refresh();
        return (seconds, (process.TotalProcessorTime - cpu).TotalSeconds);
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static FixedDirectory Ports(int count)
    {
        var kind = DeviceKinds.Of("chargerPort");
        return new FixedDirectory(count, i => new Device(i, FixedDirectory.Id(i), kind, PlaceNames.FromPath(string.Create(CultureInfo.InvariantCulture, $"district/estate-{i / 1440}/shed-{i / 40 % 36}/bay-{i % 40}")))
        {
            Attributes = new Dictionary<string, string> { ["row"] = "r" + (i % 2000).ToString(CultureInfo.InvariantCulture) },
        });
    }

    /// <summary>Each port speaks once a round, in the catalogue's units; a round is ten seconds.</summary>
    private sealed class Feed(ChannelTable channels, FixedDirectory directory)
    {
        private readonly Observation observation = new();
        private readonly Channel[] three = [channels.Find("port_temp")!, channels.Find("power")!, channels.Find("current")!];
        private long nowMs = 1_795_327_200_000;
        private long position;

        public int Of { get; init; } = int.MaxValue;

        public void Round(RuleEngine engine, List<Alert> alerts)
        {
            var devices = Math.Min(Of, directory.Count);
            for (var i = 0; i < devices; i++)
            {
                if (i % Math.Max(devices / 10, 1) == 0) engine.Tick(nowMs += 1000, ++position, alerts);
                observation.Clear();
                observation.Device = directory.All[i];
                observation.Kind = MessageKind.Telemetry;
                observation.Position = ++position;
                observation.AtMs = observation.ArrivalMs = nowMs;
                observation.Add(new Reading(three[0], 30 + (i % 17)));
                observation.Add(new Reading(three[1], 180));
                observation.Add(new Reading(three[2], 0.8));
                engine.Judge(observation, alerts);
            }
        }
    }
}
