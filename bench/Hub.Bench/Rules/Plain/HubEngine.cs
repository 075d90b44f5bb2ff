using System.Globalization;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Rules;

namespace Hub.Bench.Rules.Plain;

/// <summary>The twenty rules in the hub's own engine, as a lane runs it; its limits are wide enough to hold no alert back.</summary>
internal sealed class HubEngine
{
    private readonly FixedDirectory directory;
    private readonly Channel channel;
    private readonly RuleEngine engine;
    private readonly Observation observation = new();
    private readonly List<Alert> alerts = [];
    private readonly RaiseTally tally;
    private long position;

    public HubEngine(int devices, RaiseTally tally)
    {
        this.tally = tally;
        var channels = new ChannelTable();
        channel = channels.Find("port_temp")!;
        directory = new FixedDirectory(devices, i => new Device(i, FixedDirectory.Id(i), DeviceKinds.Of("chargerPort"), PlaceNames.FromPath($"leshan/estate-1/shed-{i / 40}/bay-{i % 40}")));
        var book = RuleBook.Parse([("plain.yaml", PlainReadings.Pack())], channels, TimeZoneInfo.Utc);
        engine = new RuleEngine(book, directory, 0, new EngineOptions { MaxRaisesPerKeyPerHour = 3_600, MaxAlertsPerRulePerMinute = 100_000, TraceSeconds = 86_400 });
    }

    public void Judge(int device, int round)
    {
        observation.Clear();
        observation.Device = directory.All[device];
        observation.Kind = MessageKind.Telemetry;
        observation.Position = ++position;
        observation.AtMs = observation.ArrivalMs = PlainReadings.AtMs(round);
        observation.Add(new Reading(channel, PlainReadings.Temperature(device, round)));
        engine.Judge(observation, alerts);
        foreach (var alert in alerts)
            if (alert.Signal == AlertSignal.Raised) tally.Add(NumberOf(alert.Rule), NumberOf(alert.DeviceId!), alert.OccurredAtMs);
        alerts.Clear();
    }

    /// <summary>Rules are called P0, P1, …, devices d0, d1, ….</summary>
    private static int NumberOf(string name) => int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture);
}
