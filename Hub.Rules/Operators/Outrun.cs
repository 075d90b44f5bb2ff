using System.Linq.Expressions;
using Hub.Core.Places;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>One track or credential at two places faster than a person walks between them: copied, lent, or passed back.</summary>
internal sealed class Outrun : StatefulNode
{
    private const long Never = long.MinValue / 2;
    private const int MostPasses = 256;

    // Below it the survey of the two places is less exact than the distance.
    private const double LeastMetres = 20;

    private readonly Node inner;
    private readonly double metresPerSecond;
    private readonly long withinMs;

    /// <param name="inner">What is a pass.</param>
    /// <param name="metresPerSecond">Fastest walk.</param>
    /// <param name="withinMs">Passes farther apart in time are not compared.</param>
    public Outrun(Node inner, double metresPerSecond, long withinMs)
    {
        this.inner = inner;
        this.metresPerSecond = metresPerSecond;
        this.withinMs = withinMs;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override IEnumerable<ShownComparison> Shown => inner.Shown;

    public override IReadOnlyList<Expression>? Wakes => inner.Stirs;

    public override bool Rests(NodeState state) => ((State)state) is { Passes.Count: 0, HitMs: Never };

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events) || frame.Seen?.Track is not { } track || frame.Device?.Device is not { } device || !inner.IsTrue(frame)) return;
        var passes = ((State)state).Passes;
        passes.RemoveAll(p => frame.NowMs - p.AtMs > withinMs);
        foreach (var pass in passes)
        {
            if (!string.Equals(pass.Track, track, StringComparison.Ordinal) || frame.World.Directory.Find(pass.Device)?.Place is not { } from) continue;
            var metres = Distance.Metres(from, device.Place);
            if (metres >= LeastMetres && metres > metresPerSecond * Math.Abs(frame.NowMs - pass.AtMs) / 1000.0) (((State)state).HitMs, ((State)state).Speed) = (frame.NowMs, metres / Math.Max(Math.Abs(frame.NowMs - pass.AtMs) / 1000.0, 1));
        }

        if (passes.Count == MostPasses) passes.RemoveAt(0);
        passes.Add((track, device.Id, frame.NowMs));
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && state.HitMs == frame.NowMs;

    /// <summary>Metres a second of the newest.</summary>
    public override double Figure(Frame frame) => StateOf(frame) is State state ? Math.Round(state.Speed, 1) : double.NaN;

    private sealed class State : NodeState
    {
        public List<(string Track, string Device, long AtMs)> Passes { get; } = [];

        public long HitMs { get; set; } = Never;

        public double Speed { get; set; } = double.NaN;

        public override void Write(StateWriter writer)
        {
            writer.Long(HitMs);
            writer.Double(Speed);
            writer.Int(Passes.Count);
            foreach (var (track, device, atMs) in Passes)
            {
                writer.Text(track);
                writer.Text(device);
                writer.Long(atMs);
            }
        }

        public override void Read(ref StateReader reader)
        {
            (HitMs, Speed) = (reader.Long(), reader.Double());
            for (var n = reader.Count(); n > 0; n--) Passes.Add((reader.Text()!, reader.Text()!, reader.Long()));
        }
    }
}

/// <summary>Distances on the ground.</summary>
internal static class Distance
{
    private const double MetresPerDegree = 111_195;

    /// <summary>Metres between two surveyed places, flat over a community; NaN when one of them is not surveyed.</summary>
    public static double Metres(Place a, Place b)
    {
        var north = (a.Latitude - b.Latitude) * MetresPerDegree;
        var east = (a.Longitude - b.Longitude) * MetresPerDegree * Math.Cos(a.Latitude * Math.PI / 180);
        return Math.Sqrt((north * north) + (east * east));
    }
}
