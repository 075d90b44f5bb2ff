using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Safety;

namespace Hub.Rules.Operators;

/// <summary>A condition the pack named under <c>let:</c>.</summary>
internal sealed class Reference : Node
{
    private readonly Node named;

    public Reference(Node named)
    {
        this.named = named;
        Locals = named.Locals;
        Events = named.Events;
    }

    public override IEnumerable<ShownComparison> Shown => named.Shown;

    public override IReadOnlyList<Expression>? Stirs => named.Stirs;

    public override bool IsTrue(Frame frame) => named.IsTrue(frame);

    public override double Figure(Frame frame) => named.Figure(frame);

    public override double LastedSeconds(Frame frame) => named.LastedSeconds(frame);

    public override IEnumerable<StandingTerm> Terms(Frame frame) => named.Terms(frame);

    public override void Tell(Frame frame, Telling telling) => named.Tell(frame, telling);

    public override Certainty Proven(Probe probe) => named.Proven(probe);
}

/// <summary>A step of the rule fired for this key in an earlier message, and its alert is still open.</summary>
internal sealed class AfterStep(int step) : Node
{
    // Nothing rests while its alert is open.
    public override IReadOnlyList<Expression>? Stirs => [];

    public override bool IsTrue(Frame frame) => frame.Key.Open && (frame.Key.Fired >> step & 1) != 0;

    public override void Tell(Frame frame, Telling telling) => telling.Part("after", frame.Rule.Steps[step].Name, IsTrue(frame));
}
