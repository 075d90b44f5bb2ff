using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>Conditions that come true one after the other at one key, each in a later message than the one before, all within a span; perhaps nothing of another kind in between.</summary>
/// <remarks>
/// State is one time a part: the latest moment at which a run that has come this far began. The latest is enough: any run that could still end in time, that one can.
/// </remarks>
internal sealed class Sequence : StatefulNode
{
    private const long Never = long.MinValue / 2;

    private readonly Node[] parts;
    private readonly Node? without;
    private readonly long withinMs;

    /// <param name="parts">What must come true, in this order.</param>
    /// <param name="without">What ends every run that is on its way; null for nothing.</param>
    /// <param name="withinMs">Longest time from the first to the last.</param>
    public Sequence(Node[] parts, Node? without, long withinMs)
    {
        this.parts = parts;
        this.without = without;
        this.withinMs = withinMs;
        Node[] all = without is null ? parts : [.. parts, without];
        Locals = Union(all);
        Events = UnionEvents(all);
    }

    public override IEnumerable<ShownComparison> Shown => parts[^1].Shown;

    public override IReadOnlyList<Expression>? Wakes => parts[0].Stirs;

    public override bool Rests(NodeState state) => Array.TrueForAll(((State)state).BeganMs, static began => began == Never);

    public override NodeState NewState() => new State(parts.Length);

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events)) return;
        var began = ((State)state).BeganMs;
        if (without is not null && Says(frame, without)) Array.Fill(began, Never, 0, began.Length - 1);

        // From the end, so that one message takes one step.
        for (var i = parts.Length - 1; i > 0; i--)
            if (began[i - 1] > began[i] && frame.NowMs >= began[i - 1] && frame.NowMs - began[i - 1] <= withinMs && Says(frame, parts[i])) began[i] = began[i - 1];
        if (Says(frame, parts[0])) began[0] = Math.Max(began[0], frame.NowMs);
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && frame.NowMs - state.BeganMs[^1] <= withinMs;

    /// <summary>Parts done of the run that has come furthest.</summary>
    public override double Figure(Frame frame)
    {
        if (StateOf(frame) is not State state) return 0;
        for (var i = parts.Length; i > 0; i--) if (frame.NowMs - state.BeganMs[i - 1] <= withinMs) return i;
        return 0;
    }

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("sequence", Name, IsTrue(frame), Figure(frame), parts.Length, "");
        telling.Inside(frame, parts);
    }

    private static bool Says(Frame frame, Node node) => frame.Concerns(node.Locals, node.Events) && node.IsTrue(frame);

    private sealed class State : NodeState
    {
        public State(int parts) => Array.Fill(BeganMs = new long[parts], Never);

        public long[] BeganMs { get; }

        public override void Write(StateWriter writer)
        {
            foreach (var began in BeganMs) writer.Long(began);
        }

        public override void Read(ref StateReader reader)
        {
            for (var i = 0; i < BeganMs.Length; i++) BeganMs[i] = reader.Long();
        }
    }
}
