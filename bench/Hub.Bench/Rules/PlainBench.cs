using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Bench.Rules;

/// <summary>Twenty threshold rules with a hold over one channel: what another engine can be asked to do as well. bench/rules-nodered.sh sets the two side by side.</summary>
internal static class PlainBench
{
    private const int Rules = 20;
    private const long StartMs = 1_795_327_200_000;
    private const int StepMs = 10_000;

    public static int Run(string[] args)
    {
        var devices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        var readings = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2_000_000;
        var channels = new ChannelTable();
        var book = RuleBook.Parse([("plain.yaml", Pack())], channels, TimeZoneInfo.Utc);
        var directory = new FixedDirectory(devices, i => new Device(i, FixedDirectory.Id(i), DeviceKinds.Of("chargerPort"), PlaceNames.FromPath($"leshan/estate-1/shed-{i / 40}/bay-{i % 40}")));
        var engine = new RuleEngine(book, directory, 0, new EngineOptions { MaxRaisesPerKeyPerHour = 3_600, MaxAlertsPerRulePerMinute = 100_000, TraceSeconds = 86_400 });
        var alerts = new List<Alert>();
        var observation = new Observation();
        var channel = channels.Find("port_temp")!;
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var from = Stopwatch.GetTimestamp();
        var raised = 0L;
        for (var i = 0; i < readings; i++)
        {
            var (device, round) = (i % devices, i / devices);
            observation.Clear();
            observation.Device = directory.All[device];
            observation.Kind = MessageKind.Telemetry;
            observation.Position = i + 1;
            observation.AtMs = observation.ArrivalMs = StartMs + ((long)round * StepMs);
            observation.Add(new Reading(channel, Temperature(device, round)));
            engine.Judge(observation, alerts);
            foreach (var alert in alerts) if (alert.Signal == AlertSignal.Raised) raised++;
            alerts.Clear();
        }

        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        process.Refresh();
        var used = (process.TotalProcessorTime - cpu).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"hub: {readings} readings, {devices} devices, {Rules} rules, {raised} raised, {readings / seconds:F0} readings/s, {readings / used:F0} a second of processor time, {Environment.WorkingSet / 1e6:F0} MB resident"));
        return 0;
    }

    /// <summary>The same figure as in bench/nodered/flow.mjs: integers of 32 bits, so that both see the same readings.</summary>
    private static double Temperature(int device, int round)
    {
        var episode = Mix((uint)device * 2_654_435_761u ^ (uint)(round / 20));
        var noise = Mix((uint)device * 40_503u + (uint)round) % 500 / 100.0;
        return (episode % 20 == 0 ? 62 : 40) + noise;
    }

    private static uint Mix(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb352d;
        x ^= x >> 15;
        x *= 0x846ca68b;
        return x ^ (x >> 16);
    }

    private static string Pack()
    {
        var text = new StringBuilder("pack: plain\nrules:\n");
        for (var r = 0; r < Rules; r++)
        {
            text.Append(CultureInfo.InvariantCulture, $$$"""
                  - {id: P{{{r}}}, version: "1", type: Plain{{{r}}}, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [chargerPort]}, key: {level: [device]}, firstReceivers: [],
                     steps: [{name: a, severity: P3, when: {hold: 'port_temp >= {{{60 + (r * 0.2)}}} °C', for: 30 s, gap: 60 s}, explain: {zh: a, en: a}}], clear: {when: 'port_temp < 55 °C'}}

                """);
        }

        return text.ToString();
    }
}
