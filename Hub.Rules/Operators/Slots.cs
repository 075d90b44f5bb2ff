using System.Numerics;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>
/// Several signals were seen together in a share of the sampling slots of a span: cable and bike in 80 % of the 30 s samples for 10 min.
/// A slot without a message counts as one without the signals, for a camera reports only what it sees.
/// </summary>
internal sealed class Slots : StatefulNode
{
    private readonly Node[] signals;
    private readonly long everyMs;
    private readonly int span;
    private readonly double share;
    private readonly int[] position;
    private readonly double apart;

    /// <param name="signals">What must be seen in one slot, at most 4.</param>
    /// <param name="everyMs">Length of a slot.</param>
    /// <param name="span">How many slots, at most 64.</param>
    /// <param name="share">Share of them, 0 to 1.</param>
    /// <param name="position">Channels of the place in the picture; empty when distance does not matter.</param>
    /// <param name="apart">Greatest distance between the signals in a slot; judged only when both told where.</param>
    public Slots(Node[] signals, long everyMs, int span, double share, int[] position, double apart)
    {
        this.signals = signals;
        this.everyMs = everyMs;
        this.span = span;
        this.share = share;
        this.position = position;
        this.apart = apart;
        Locals = Union(signals);
        Events = UnionEvents(signals);
    }

    public override IEnumerable<ShownComparison> Shown => signals.SelectMany(s => s.Shown);

    public override NodeState NewState() => new State(signals.Length);

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events)) return;
        var slots = (State)state;
        if (frame.NowMs < slots.StartMs) return;
        slots.MoveTo(frame.NowMs, everyMs);
        for (var i = 0; i < signals.Length; i++)
        {
            if (!signals[i].IsTrue(frame)) continue;
            slots.Seen |= 1u << i;
            slots.X[i] = position.Length == 2 ? frame.Value(position[0]) : double.NaN;
            slots.Y[i] = position.Length == 2 ? frame.Value(position[1]) : double.NaN;
        }

        if (slots.Seen == (1u << signals.Length) - 1 && NearEachOther(slots)) slots.Mark(frame.NowMs);
    }

    public override bool IsTrue(Frame frame) =>
        StateOf(frame) is State state
        && BitOperations.PopCount(state.Bits & Mask) >= Math.Ceiling(share * span)
        && frame.NowMs - state.EpisodeMs >= (span - 1) * everyMs
        && frame.NowMs - state.StartMs < everyMs * 3;

    public override double Figure(Frame frame) =>
        StateOf(frame) is State state ? Math.Round(100.0 * BitOperations.PopCount(state.Bits & Mask) / span) : 0;

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("slots", Name, IsTrue(frame), Figure(frame), Math.Round(share * 100), "%");
        telling.Inside(frame, signals);
    }

    private ulong Mask => span >= 64 ? ulong.MaxValue : (1UL << span) - 1;

    private bool NearEachOther(State slots)
    {
        for (var i = 1; i < signals.Length; i++)
        {
            var distance = Math.Sqrt(Math.Pow(slots.X[i] - slots.X[0], 2) + Math.Pow(slots.Y[i] - slots.Y[0], 2));
            if (distance > apart) return false;
        }

        return true;
    }

    private sealed class State(int signals) : NodeState
    {
        public long StartMs { get; private set; } = long.MinValue / 2;
        public long EpisodeMs { get; private set; } = long.MaxValue / 2;
        public ulong Bits { get; private set; }
        public uint Seen { get; set; }
        public double[] X { get; } = new double[signals];
        public double[] Y { get; } = new double[signals];

        /// <summary>Begins a new slot when the sample is not of the same one. Samples jitter, so slots follow them and not the clock.</summary>
        public void MoveTo(long atMs, long everyMs)
        {
            var since = atMs - StartMs;
            if (since < everyMs * 6 / 10) return;
            var passed = Math.Max((long)Math.Round((double)since / everyMs), 1);
            Bits = passed >= 64 ? 0 : Bits << (int)passed;
            if (Bits == 0) EpisodeMs = long.MaxValue / 2;
            StartMs = atMs;
            Seen = 0;
            Array.Fill(X, double.NaN);
            Array.Fill(Y, double.NaN);
        }

        public void Mark(long atMs)
        {
            Bits |= 1;
            EpisodeMs = Math.Min(EpisodeMs, atMs);
        }

        public override void Write(StateWriter writer)
        {
            writer.Long(StartMs);
            writer.Long(EpisodeMs);
            writer.Long((long)Bits);
            writer.Int((int)Seen);
            for (var i = 0; i < X.Length; i++)
            {
                writer.Double(X[i]);
                writer.Double(Y[i]);
            }
        }

        public override void Read(ref StateReader reader)
        {
            StartMs = reader.Long();
            EpisodeMs = reader.Long();
            Bits = (ulong)reader.Long();
            Seen = (uint)reader.Int();
            for (var i = 0; i < X.Length; i++)
            {
                X[i] = reader.Double();
                Y[i] = reader.Double();
            }
        }
    }
}
