using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Safety;

namespace Hub.Rules.Operators;

internal enum Joining { All, Any, None }

/// <summary>All, any or none of several conditions.</summary>
internal sealed class Combination : Node
{
    private readonly Joining joining;
    private readonly Node[] parts;

    public Combination(Joining joining, Node[] parts)
    {
        this.joining = joining;
        this.parts = parts;
        Locals = Union(parts);
        Events = UnionEvents(parts);
    }

    public override IEnumerable<ShownComparison> Shown => joining == Joining.None ? [] : parts.SelectMany(p => p.Shown);

    public override IReadOnlyList<Expression>? Stirs => joining switch
    {
        Joining.Any => AnyStirs(parts),
        // All must hold, so the part that is quickest to rule out is enough to ask.
        Joining.All => parts.Select(p => p.Stirs).Where(s => s is not null).MinBy(s => s!.Count),
        _ => null,
    };

    public override IEnumerable<StandingTerm> Terms(Frame frame) => joining == Joining.None ? [] : parts.SelectMany(p => p.Terms(frame));

    public override bool IsTrue(Frame frame)
    {
        foreach (var part in parts)
            if (part.IsTrue(frame) == (joining != Joining.All)) return joining == Joining.Any;
        return joining != Joining.Any;
    }

    public override double LastedSeconds(Frame frame)
    {
        var longest = 0.0;
        if (joining != Joining.None)
            foreach (var part in parts)
                if (part.IsTrue(frame)) longest = Math.Max(longest, part.LastedSeconds(frame));
        return longest;
    }

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Part(joining switch { Joining.All => "all", Joining.Any => "any", _ => "none" }, Name, IsTrue(frame));
        telling.Inside(frame, parts);
    }

    public override Certainty Proven(Probe probe)
    {
        var result = joining == Joining.All ? Certainty.Always : Certainty.Never;
        foreach (var part in parts) result = joining == Joining.All ? Reasoning.All(result, part.Proven(probe)) : Reasoning.Any(result, part.Proven(probe));
        return joining == Joining.None ? Reasoning.Not(result) : result;
    }
}
