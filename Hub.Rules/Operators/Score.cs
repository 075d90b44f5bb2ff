using System.Linq.Expressions;
using Hub.Core;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>One kind of evidence and what it is worth.</summary>
internal sealed record ScoreItem(string Name, double Points, Node When);

/// <summary>Weak evidence of several kinds, added up.</summary>
internal sealed class Score : Node
{
    private readonly ScoreItem[] items;
    private readonly double atLeast;

    public Score(ScoreItem[] items, double atLeast)
    {
        this.items = items;
        this.atLeast = atLeast;
        Locals = Union(items.Select(i => i.When));
        Events = UnionEvents(items.Select(i => i.When));
    }

    public override IEnumerable<ShownComparison> Shown => items.SelectMany(i => i.When.Shown);

    public override IReadOnlyList<Expression>? Stirs => atLeast > 0 && Array.TrueForAll(items, i => i.Points >= 0) ? AnyStirs(items.Select(i => i.When)) : null;

    public override bool IsTrue(Frame frame) => Figure(frame) >= atLeast;

    public override double Figure(Frame frame)
    {
        double sum = 0;
        foreach (var item in items) if (item.When.IsTrue(frame)) sum += item.Points;
        return sum;
    }

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("score", Name, IsTrue(frame), Figure(frame), atLeast, "");
        foreach (var item in items) telling.Inside(frame, item.When);
    }

    public override IEnumerable<StandingTerm> Terms(Frame frame) =>
        items.Where(i => i.When.IsTrue(frame)).Select(i => new StandingTerm(i.Name, new LocalText(i.Name, i.Name), "", frame.NowMs, i.Points));
}
