using Hub.Core.Devices;
using Hub.Core.Places;

namespace Hub.Simulators.Engine;

/// <summary>How one device behaves: wakes at <see cref="NextMs"/>, speaks through the stage, says when to wake it again.</summary>
internal abstract class DeviceModel
{
    private long sequence;

    protected DeviceModel(DeviceRecord record, ulong seed)
    {
        Record = record;
        Rng = Rng.For(seed, record.Id);
        Topic = $"hub/v1/{record.Id}/";
        Telemetry = Topic + "telemetry";
        Event = Topic + "event";
        Status = Topic + "status";

        // Clocks: N(0, 1.5 s); one device in a hundred is more than a minute off, most of those behind.
        SkewMs = (long)Rng.Normal(0, 1_500);
        if (Rng.Chance(0.01)) SkewMs = (long)((Rng.Chance(0.8) ? -1 : 1) * Rng.Between(61_000, 600_000));
    }

    public DeviceRecord Record { get; }

    public string Id => Record.Id;

    public string Place => Record.PlaceId;

    public string Role => Record.Attributes!["role"];

    /// <summary>Path of the stairwell, shed, gate … that it stands in: flats and bays lead to what surrounds them.</summary>
    public string Surroundings => Hub.Core.Places.Place.KindOf(Place) is PlaceKind.Flat or PlaceKind.Bay or PlaceKind.Lift ? Place[..Place.LastIndexOf('/')] : Place;

    public Rng Rng { get; }

    /// <summary>Device clock minus true time [ms].</summary>
    public long SkewMs { get; set; }

    /// <summary>When it wants to be woken.</summary>
    public long NextMs { get; set; }

    /// <summary>Silent until then: power lost, radio dead, or taken away.</summary>
    public long SilentUntilMs { get; set; }

    /// <summary>Link down until then: what it says is kept and sent when the link is back.</summary>
    public long HeldUntilMs { get; set; }

    protected string Telemetry { get; }

    protected string Event { get; }

    protected string Status { get; }

    private string Topic { get; }

    /// <summary>Regular interval [ms]; the first message falls anywhere within it.</summary>
    public abstract long PeriodMs { get; }

    /// <summary>Called once, before the first step.</summary>
    public virtual void Start(Stage stage)
    {
        // A device counts on through restarts; the seconds since 2025 are never overtaken by messages sent.
        sequence = Math.Max(0, (stage.NowMs - 1_735_689_600_000) / 1_000);
        NextMs = stage.NowMs + (long)(Rng.Next() * PeriodMs);
    }

    /// <summary>Called at <see cref="NextMs"/>.</summary>
    public abstract void Step(Stage stage);

    /// <summary>A command came down; true when the device understood and obeyed.</summary>
    public virtual bool Obey(Stage stage, string command) => false;

    /// <summary>Publishes an event now.</summary>
    public void Raise(Stage stage, string type, double confidence = 1, string? zone = null, string? track = null, string? key = null, double value = 0) =>
        stage.Send(this, Event, WriteEvent(stage, type, confidence, zone, track, key, value), isEvent: true);

    /// <summary>Publishes the answer to a command.</summary>
    public void Answer(Stage stage, string commandId, bool ok) =>
        stage.Send(this, Topic + "ack", Begin(stage).Member("id", commandId).Member("result", ok ? "ok" : "unknown command").Finish(), isEvent: true);

    protected PayloadWriter Begin(Stage stage) => stage.Writer.Begin(stage.NowMs + SkewMs, ++sequence);

    protected void Send(Stage stage, PayloadWriter body) => stage.Send(this, Telemetry, body.Finish(), isEvent: false);

    private byte[] WriteEvent(Stage stage, string type, double confidence, string? zone, string? track, string? key, double value)
    {
        var body = Begin(stage).Member("type", type);
        if (confidence < 1) body.Member("confidence", confidence, 2);
        body.Member("zone", zone).Member("track", track);
        if (key is not null) body.Value(key, value, 2);
        return body.Finish();
    }
}
