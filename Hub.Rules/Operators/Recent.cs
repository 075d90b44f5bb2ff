using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Safety;

namespace Hub.Rules.Operators;

/// <summary>A condition was true not long ago, perhaps at another device of the place: the way conditions of several devices are joined.</summary>
internal sealed class Recent : StatefulNode
{
    private const long Never = long.MinValue / 2;

    private readonly Node inner;
    private readonly long withinMs;

    public Recent(Node inner, long withinMs)
    {
        this.inner = inner;
        this.withinMs = withinMs;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override IEnumerable<ShownComparison> Shown => inner.Shown;

    public override IReadOnlyList<Expression>? Wakes => inner.Stirs;

    public override bool Rests(NodeState state) => ((State)state).AtMs == Never;

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        // What names neither channel nor event, such as another alert, is asked each time.
        if ((Locals.Length + Events.Length == 0 || frame.Concerns(Locals, Events)) && inner.IsTrue(frame)) ((State)state).AtMs = Math.Max(((State)state).AtMs, frame.NowMs);
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && frame.NowMs - state.AtMs <= withinMs;

    public override void Tell(Frame frame, Telling telling)
    {
        var last = StateOf(frame) is State { AtMs: > 0 } state ? (frame.NowMs - state.AtMs) / 1000.0 : double.NaN;
        telling.Part("recent", Name, IsTrue(frame), last, withinMs / 1000.0, "s", "<=");
        telling.Inside(frame, inner);
    }

    public override Certainty Proven(Probe probe) => inner.Proven(probe) == Certainty.Always ? Certainty.Always : Certainty.Perhaps;

    private sealed class State : NodeState
    {
        public long AtMs { get; set; } = Never;

        public override void Write(StateWriter writer) => writer.Long(AtMs);

        public override void Read(ref StateReader reader) => AtMs = reader.Long();
    }
}
