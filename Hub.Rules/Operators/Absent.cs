using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>A condition did not come true for a time: no round was walked, no self-test was told, no water was drawn. The clock alone lets it come of age.</summary>
/// <remarks>
/// Counts from the last time it was true, at first from the first message of the key that concerned it. A time in which the hub itself did not
/// run does not count: nobody could have told it.
/// </remarks>
internal sealed class Absent : StatefulNode
{
    // How often it is asked again while it lasts: what stands beside it, such as hours of the day, may come true without a message.
    private const long AgainMs = 60_000;

    private readonly Node inner;
    private readonly long forMs;

    /// <param name="inner">What does not happen.</param>
    /// <param name="forMs">For how long.</param>
    public Absent(Node inner, long forMs)
    {
        this.inner = inner;
        this.forMs = forMs;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events)) return;
        var last = (State)state;
        if (last.AtMs == long.MinValue || inner.IsTrue(frame)) last.AtMs = Math.Max(last.AtMs, frame.NowMs);
    }

    public override bool IsTrue(Frame frame) => Lasted(frame, StateOf(frame)) >= forMs;

    public override double Figure(Frame frame) => Lasted(frame, StateOf(frame)) is >= 0 and var ms ? ms / 1000.0 : double.NaN;

    public override double LastedSeconds(Frame frame) => Figure(frame);

    public override void Tell(Frame frame, Telling telling)
    {
        var lasted = Lasted(frame, StateOf(frame));
        telling.Clock("absent", Name, lasted >= forMs, Math.Max(lasted, 0) / 1000.0, forMs / 1000.0, "s", lasted > 0);
        telling.Inside(frame, inner);
    }

    public override long DueMs(Frame frame, NodeState state)
    {
        var lasted = Lasted(frame, state);
        if (lasted < 0) return long.MaxValue;
        if (lasted < forMs) return frame.NowMs + forMs - lasted;
        return frame.Key.Open ? long.MaxValue : frame.NowMs + AgainMs;
    }

    // -1 while the key has not been heard.
    private static long Lasted(Frame frame, NodeState? state) =>
        state is State { AtMs: > long.MinValue } last ? Math.Max(0, frame.NowMs - Math.Max(last.AtMs, frame.World.AwakeFromMs)) : -1;

    private sealed class State : NodeState
    {
        public long AtMs { get; set; } = long.MinValue;

        public override void Write(StateWriter writer) => writer.Long(AtMs);

        public override void Read(ref StateReader reader) => AtMs = reader.Long();
    }
}
