using System.Linq.Expressions;
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

    public override IReadOnlyList<Expression>? Wakes => inner.Stirs;

    public override bool Rests(NodeState state)
    {
        var holdings = (State)state;
        for (var i = 0; i < holdings.Count; i++) if (holdings.At(i).StartMs != long.MaxValue) return false;
        return true;
    }

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events)) return;
        var holdings = (State)state;
        var source = SourceOf(frame);
        var i = holdings.IndexOf(source);
        if (i >= 0 && frame.NowMs < holdings.At(i).LastMs) return;
        var ended = reset is not null && reset.IsTrue(frame);
        if (ended || !inner.IsTrue(frame))
        {
            // An event says nothing about what it does not name; only readings can deny.
            if (i >= 0 && (ended || inner.Events.Length == 0 || inner.Locals.Length > 0)) holdings.At(i).StartMs = long.MaxValue;
            return;
        }

        if (i < 0) i = holdings.Add(source);
        ref var holding = ref holdings.At(i);
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
            ref var holding = ref state.At(i);
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

    public override double LastedSeconds(Frame frame) => Figure(frame);

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
            ref var holding = ref ((State)state).At(i);
            if (holding.StartMs != long.MaxValue && holding.StartMs + forMs > frame.NowMs) due = Math.Min(due, holding.StartMs + forMs);
        }

        return due;
    }

    private struct Holding
    {
        public string Source;
        public long StartMs;
        public long LastMs;
    }

    // The first source lies in the object itself: nearly every key has only one.
    private sealed class State : NodeState
    {
        private Holding first;
        private Holding[] more = [];

        public int Count { get; private set; }

        public ref Holding At(int i) => ref i == 0 ? ref first : ref more[i - 1];

        public int IndexOf(string source)
        {
            for (var i = 0; i < Count; i++) if (string.Equals(At(i).Source, source, StringComparison.Ordinal)) return i;
            return -1;
        }

        public int Add(string source)
        {
            if (Count == MaxSources) RemoveOldest();
            if (Count > more.Length) Array.Resize(ref more, Math.Min(Math.Max(more.Length * 2, 3), MaxSources - 1));
            At(Count) = new Holding { Source = source, StartMs = long.MaxValue, LastMs = long.MinValue / 2 };
            return Count++;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(Count);
            for (var i = 0; i < Count; i++)
            {
                writer.Text(At(i).Source);
                writer.Long(At(i).StartMs);
                writer.Long(At(i).LastMs);
            }
        }

        public override void Read(ref StateReader reader)
        {
            for (var n = reader.Count(); n > 0; n--)
            {
                ref var holding = ref At(Add(reader.Text()!));
                (holding.StartMs, holding.LastMs) = (reader.Long(), reader.Long());
            }
        }

        private void RemoveOldest()
        {
            for (var i = 1; i < Count; i++) At(i - 1) = At(i);
            Count--;
        }
    }
}
