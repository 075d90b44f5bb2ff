using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Safety;

namespace Hub.Rules.Operators;

/// <summary>An expression.</summary>
internal sealed class Leaf : Node
{
    private readonly CompiledTest test;
    private readonly Scope scope;

    public Leaf(CompiledTest test, Scope scope)
    {
        this.test = test;
        this.scope = scope;
        Locals = test.Locals;
        Events = test.Events;
    }

    public override IEnumerable<ShownComparison> Shown => test.Shown;

    /// <summary>As the pack wrote it.</summary>
    public string Text { get; init; } = "";

    public override IReadOnlyList<System.Linq.Expressions.Expression>? Stirs => [test.Code];

    public override bool IsTrue(Frame frame) => test.Test(frame);

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Part("test", Text, IsTrue(frame));
        telling.Values(frame, test.Shown);
    }

    public override Certainty Proven(Probe probe) => Reasoning.Of(test.Code, scope, probe);
}
