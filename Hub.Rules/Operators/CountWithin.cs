using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Safety;

namespace Hub.Rules.Operators;

/// <summary>A condition was true at least so many times within a span, optionally among the last so many samples.</summary>
internal sealed class CountWithin : StatefulNode
{
    private readonly Node inner;
    private readonly int atLeast;
    private readonly int ofSamples;
    private readonly long withinMs;
    private readonly long spacedMs;

    /// <param name="inner">What is counted.</param>
    /// <param name="atLeast">How many times.</param>
    /// <param name="ofSamples">Among the last so many samples; 0 for all in the span.</param>
    /// <param name="withinMs">The span.</param>
    /// <param name="spacedMs">Two counts lie at least this far apart, so that one incident counts once.</param>
    public CountWithin(Node inner, int atLeast, int ofSamples, long withinMs, long spacedMs)
    {
        this.inner = inner;
        this.atLeast = atLeast;
        this.ofSamples = ofSamples;
        this.withinMs = withinMs;
        this.spacedMs = spacedMs;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override IEnumerable<ShownComparison> Shown => inner.Shown;

    public override IReadOnlyList<Expression>? Wakes => ofSamples == 0 && atLeast > 0 ? inner.Stirs : null;

    public override bool Rests(NodeState state) => ((State)state).Blank;

    public override NodeState NewState() => new State(ofSamples > 0 ? ofSamples : Math.Max(atLeast, 16));

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events)) return;
        var counted = (State)state;
        var holds = inner.IsTrue(frame);
        if (!holds && ofSamples == 0) return;
        if (frame.NowMs < counted.NewestMs) return;
        if (holds && spacedMs > 0)
        {
            var sinceLast = frame.NowMs - counted.LastTrueMs;
            counted.LastTrueMs = frame.NowMs;
            if (sinceLast < spacedMs) return;
        }

        counted.Add(frame.NowMs, holds);
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && state.Trues(frame.NowMs - withinMs) >= atLeast;

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("count", Name, IsTrue(frame), Figure(frame), atLeast, "");
        telling.Inside(frame, inner);
    }

    public override double Figure(Frame frame) => StateOf(frame) is State state ? state.Trues(frame.NowMs - withinMs) : 0;

    public override Certainty Proven(Probe probe) => atLeast == 1 && inner.Proven(probe) == Certainty.Always ? Certainty.Always : Certainty.Perhaps;

    private sealed class State(int capacity) : NodeState
    {
        private readonly long[] times = new long[capacity];
        private ulong trues;
        private int count;

        public long LastTrueMs { get; set; } = long.MinValue / 2;

        /// <summary>Nothing was counted, ever: a time in the past may be asked about too.</summary>
        public bool Blank => trues == 0;

        public long NewestMs => count == 0 ? long.MinValue : times[count - 1];

        public void Add(long atMs, bool holds)
        {
            if (count == times.Length)
            {
                Array.Copy(times, 1, times, 0, count - 1);
                trues >>= 1;
                count--;
            }

            times[count] = atMs;
            trues = holds ? trues | (1UL << count) : trues & ~(1UL << count);
            count++;
        }

        public int Trues(long afterMs)
        {
            var n = 0;
            for (var i = 0; i < count; i++) if (times[i] >= afterMs && (trues >> i & 1) != 0) n++;
            return n;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(count);
            for (var i = 0; i < count; i++) writer.Long(times[i]);
            writer.Long((long)trues);
            writer.Long(LastTrueMs);
        }

        public override void Read(ref StateReader reader)
        {
            count = Math.Min(reader.Count(), times.Length);
            for (var i = 0; i < count; i++) times[i] = reader.Long();
            trues = (ulong)reader.Long();
            LastTrueMs = reader.Long();
        }
    }
}
