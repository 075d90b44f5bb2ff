using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>An expression.</summary>
internal sealed class Leaf : Node
{
    private readonly CompiledTest test;

    public Leaf(CompiledTest test)
    {
        this.test = test;
        Locals = test.Locals;
        Events = test.Events;
    }

    public override IEnumerable<ShownComparison> Shown => test.Shown;

    public override bool IsTrue(Frame frame) => test.Test(frame);
}
