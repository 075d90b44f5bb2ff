using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>A camera with analysis at the edge: a life sign each minute, one event per analysed sample of what it sees, never a picture.</summary>
/// <remarks>Samples: 30 s on walls, lanes and doors; 0.6 s a frame in lifts. Coordinates are shares of the frame's width.</remarks>
internal sealed class Camera(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private static readonly string[] everyday = ["person", "bicycle", "person", "vehicle", "person"];
    private readonly List<Sighting> sightings = [];
    private long heartbeatMs;

    /// <summary>When e-bikes were seen in this lift, newest last.</summary>
    public List<long> Bikes { get; } = [];

    public override long PeriodMs => 60_000;

    /// <summary>Interval of analysed samples [ms].</summary>
    public long SampleMs => Role == "lift" ? 600 : 30_000;

    /// <summary>What is in the picture for some time.</summary>
    /// <param name="Label">Event type.</param>
    /// <param name="Confidence">Mean confidence; samples vary by 0.04.</param>
    /// <param name="Zone">Zone of the picture.</param>
    /// <param name="X">Position, share of the frame's width.</param>
    /// <param name="SeenShare">Share of samples in which it is recognised.</param>
    public sealed record Sighting(string Label, long FromMs, long ToMs, double Confidence, string Zone, double X, double SeenShare = 0.97, string? Track = null)
    {
        public long NextMs { get; set; } = FromMs;
    }

    public override void Start(Stage stage)
    {
        base.Start(stage);
        heartbeatMs = NextMs;
    }

    public void See(Stage stage, Sighting sighting)
    {
        sightings.Add(sighting);
        if (sighting.FromMs < NextMs) stage.Wake(this, Math.Max(sighting.FromMs, stage.NowMs + 1));
    }

    public override void Step(Stage stage)
    {
        var now = stage.NowMs;
        if (now >= heartbeatMs) Heartbeat(stage);
        var next = heartbeatMs;
        for (var i = sightings.Count - 1; i >= 0; i--)
        {
            var s = sightings[i];
            if (now >= s.NextMs && now < s.ToMs) Sample(stage, s);
            if (s.NextMs >= s.ToMs) sightings.RemoveAt(i);
            else next = Math.Min(next, s.NextMs);
        }

        NextMs = Math.Max(next, now + 1);
    }

    private void Heartbeat(Stage stage)
    {
        stage.Send(this, Status, Begin(stage).Value("online", 1).Finish(), isEvent: false);

        // Passers-by: some twenty a day, and nobody's business.
        if (Role is "entrance" or "gate" or "corridor" && Rng.Chance(0.014)) Raise(stage, everyday[Rng.Below(everyday.Length)], Rng.Between(0.6, 0.97));
        heartbeatMs = stage.NowMs + PeriodMs;
    }

    private void Sample(Stage stage, Sighting s)
    {
        s.NextMs += SampleMs;
        if (!Rng.Chance(s.SeenShare)) return;
        var confidence = Math.Clamp(s.Confidence + Rng.Normal(0, 0.03), 0.05, 0.99);
        var body = Begin(stage).Member("type", s.Label).Member("confidence", confidence, 2).Member("zone", s.Zone).Member("track", s.Track);
        if (Role != "lift") body.Value("x", s.X + Rng.Normal(0, 0.004), 3).Value("y", 0.8, 2);
        stage.Send(this, Event, body.Finish(), isEvent: true);
    }
}
