using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

internal enum HoldBy { Key, Device, Track }

/// <summary>A condition that lasts: true at every sample for a time, with no gap longer than allowed. In event time.</summary>
internal sealed class Hold : StatefulNode
{
    private const int MaxSources = 64;

    private readonly Node inner;
    private readonly Node? reset;
    private readonly long forMs;
    private readonly long gapMs;
    private readonly bool latched;
    private readonly HoldBy by;

    /// <param name="inner">What must last.</param>
    /// <param name="reset">Ends it at once; null for nothing.</param>
    /// <param name="forMs">How long.</param>
    /// <param name="gapMs">Longest silence between two samples that still counts as lasting.</param>
    /// <param name="latched">One sample stands until the opposite comes (a door contact); then ticks let it come of age.</param>
    /// <param name="by">Whether each device or track of the key has its own clock.</param>
    public Hold(Node inner, Node? reset, long forMs, long gapMs, bool latched, HoldBy by)
    {
        this.inner = inner;
        this.reset = reset;
        this.forMs = forMs;
        this.gapMs = gapMs;
        this.latched = latched;
        this.by = by;
        Node[] parts = reset is null ? [inner] : [inner, reset];
        Locals = Union(parts);
        Events = UnionEvents(parts);
    }

    public override IEnumerable<ShownComparison> Shown => inner.Shown;

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events)) return;
        var holding = ((State)state).Of(SourceOf(frame));
        if (frame.NowMs < holding.LastMs) return;
        if (reset is not null && reset.IsTrue(frame))
        {
            holding.StartMs = long.MaxValue;
            return;
        }

        if (!inner.IsTrue(frame))
        {
            // An event says nothing about what it does not name; only readings can deny.
            if (inner.Events.Length == 0 || inner.Locals.Length > 0) holding.StartMs = long.MaxValue;
            return;
        }

        if (holding.StartMs == long.MaxValue || (!latched && frame.NowMs - holding.LastMs > gapMs)) holding.StartMs = frame.NowMs;
        holding.LastMs = frame.NowMs;
    }

    private string SourceOf(Frame frame) => by switch
    {
        HoldBy.Device => frame.Device?.Device.Id ?? "",
        HoldBy.Track => frame.Seen?.Track ?? "",
        _ => "",
    };

    public override bool IsTrue(Frame frame)
    {
        if (StateOf(frame) is not State state) return false;
        for (var i = 0; i < state.Count; i++)
        {
            var holding = state.At(i);
            if (holding.StartMs == long.MaxValue) continue;
            if (latched ? frame.NowMs - holding.StartMs >= forMs : holding.LastMs - holding.StartMs >= forMs && frame.NowMs - holding.LastMs <= gapMs) return true;
        }

        return false;
    }

    public override double Figure(Frame frame)
    {
        if (StateOf(frame) is not State state) return double.NaN;
        var longest = 0L;
        for (var i = 0; i < state.Count; i++)
            if (state.At(i).StartMs != long.MaxValue) longest = Math.Max(longest, (latched ? frame.NowMs : state.At(i).LastMs) - state.At(i).StartMs);
        return longest / 1000.0;
    }

    public override void Tell(Frame frame, Telling telling)
    {
        var (held, begun) = (Figure(frame), false);
        if (StateOf(frame) is State state) for (var i = 0; i < state.Count; i++) begun |= state.At(i).StartMs != long.MaxValue && (latched || frame.NowMs - state.At(i).LastMs <= gapMs);
        telling.Clock("hold", Name, IsTrue(frame), begun ? held : 0, forMs / 1000.0, "s", begun);
        telling.Inside(frame, inner);
    }

    public override long DueMs(Frame frame, NodeState state)
    {
        if (!latched) return long.MaxValue;
        var due = long.MaxValue;
        for (var i = 0; i < ((State)state).Count; i++)
        {
            var holding = ((State)state).At(i);
            if (holding.StartMs != long.MaxValue && holding.StartMs + forMs > frame.NowMs) due = Math.Min(due, holding.StartMs + forMs);
        }

        return due;
    }

    private sealed class Holding
    {
        public string Source = "";
        public long StartMs = long.MaxValue;
        public long LastMs = long.MinValue / 2;
    }

    private sealed class State : NodeState
    {
        private readonly List<Holding> holdings = new(1);

        public int Count => holdings.Count;

        public Holding At(int i) => holdings[i];

        public Holding Of(string source)
        {
            foreach (var holding in holdings) if (string.Equals(holding.Source, source, StringComparison.Ordinal)) return holding;
            if (holdings.Count == MaxSources) holdings.RemoveAt(0);
            var added = new Holding { Source = source };
            holdings.Add(added);
            return added;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(holdings.Count);
            foreach (var holding in holdings)
            {
                writer.Text(holding.Source);
                writer.Long(holding.StartMs);
                writer.Long(holding.LastMs);
            }
        }

        public override void Read(ref StateReader reader)
        {
            var count = reader.Count();
            for (var i = 0; i < count; i++) holdings.Add(new Holding { Source = reader.Text()!, StartMs = reader.Long(), LastMs = reader.Long() });
        }
    }
}
