using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Safety;

namespace Hub.Rules.Operators;

/// <summary>One part of a rule's condition.</summary>
internal abstract class Node
{
    /// <summary>Channels (numbers within the rule) it depends on.</summary>
    public int[] Locals { get; protected init; } = [];

    /// <summary>Event types it depends on.</summary>
    public string[] Events { get; protected init; } = [];

    /// <summary>Comparisons an alert may show.</summary>
    public virtual IEnumerable<Expressions.ShownComparison> Shown => [];

    /// <summary>Name a pack gave it under <c>let:</c>; empty for none.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether it holds now. Changes nothing.</summary>
    public abstract bool IsTrue(Frame frame);

    /// <summary>A figure for explanations: a count, a share in percent, a span in seconds; NaN when it has none.</summary>
    public virtual double Figure(Frame frame) => double.NaN;

    /// <summary>
    /// Expressions of which one must hold before this can, as long as all parts that remember rest (<see cref="StatefulNode.Rests"/>); null when that cannot be told.
    /// A rule whose parts all rest is then asked only these, and nothing of its key is touched.
    /// </summary>
    public virtual IReadOnlyList<Expression>? Stirs => null;

    /// <summary>Seconds for which it has lasted, for <c>{duration}</c>; 0 when it has no clock.</summary>
    public virtual double LastedSeconds(Frame frame) => 0;

    /// <summary>The pieces of evidence that stand now; nothing for most parts.</summary>
    public virtual IEnumerable<StandingTerm> Terms(Frame frame) => [];

    /// <summary>What can be said of it when only one message is known: nothing, unless a part says more.</summary>
    public virtual Certainty Proven(Probe probe) => Certainty.Perhaps;

    /// <summary>Says how it came to its answer. Changes nothing.</summary>
    public virtual void Tell(Frame frame, Telling telling) => telling.Part(char.ToLowerInvariant(GetType().Name[0]) + GetType().Name[1..], Name, IsTrue(frame), Figure(frame));

    /// <summary>One of several: whatever stirs one of them. Null when one of them cannot tell.</summary>
    protected static IReadOnlyList<Expression>? AnyStirs(IEnumerable<Node> nodes)
    {
        var all = new List<Expression>();
        foreach (var node in nodes)
        {
            if (node.Stirs is not { } stirs) return null;
            all.AddRange(stirs);
        }

        return all;
    }

    protected static int[] Union(IEnumerable<Node> nodes) => [.. nodes.SelectMany(n => n.Locals).Distinct().Order()];

    protected static string[] UnionEvents(IEnumerable<Node> nodes) => [.. nodes.SelectMany(n => n.Events).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>A part that remembers: one <see cref="NodeState"/> per key.</summary>
internal abstract class StatefulNode : Node
{
    /// <summary>Index among the stateful parts of its rule, children before parents.</summary>
    public int Slot { get; set; }

    public abstract NodeState NewState();

    /// <summary>Takes in the message at hand, or the tick.</summary>
    public abstract void Update(Frame frame, NodeState state);

    /// <summary>Expressions of which one must hold before a message changes anything of a state that rests; null when it never rests.</summary>
    public virtual IReadOnlyList<Expression>? Wakes => null;

    /// <summary>Nothing is remembered that could make it true or set a timer: messages that do not wake it change not a byte of it.</summary>
    public virtual bool Rests(NodeState state) => false;

    /// <summary>At rest it is false, unless it looks at more than its own state.</summary>
    public override IReadOnlyList<Expression>? Stirs => Wakes is null ? null : [];

    /// <summary>When it wants to be asked again without a message; <see cref="long.MaxValue"/> for never.</summary>
    public virtual long DueMs(Frame frame, NodeState state) => long.MaxValue;

    protected NodeState? StateOf(Frame frame) => frame.Key.Nodes[Slot];
}

/// <summary>What a part remembers for one key. Bounded, whatever the world sends.</summary>
internal abstract class NodeState
{
    public abstract void Write(StateWriter writer);

    public abstract void Read(ref StateReader reader);
}
