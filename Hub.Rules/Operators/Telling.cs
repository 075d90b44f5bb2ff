using Hub.Core.Ports;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>Gathers how a condition came to its answer.</summary>
internal sealed class Telling
{
    private const int MostParts = 200;

    private readonly List<TracePart> parts = [];
    private int depth;

    public IReadOnlyList<TracePart> Parts => parts;

    /// <summary>Some clock or count has begun and is not full.</summary>
    public bool OnTheWay { get; private set; }

    public void Part(string kind, string text, bool holds, double has = double.NaN, double wants = double.NaN, string unit = "", string comparison = "")
    {
        if (parts.Count < MostParts) parts.Add(new TracePart(depth, kind, text, holds, Known(has), Known(wants), unit, comparison));
    }

    /// <summary>A clock or a count that has to reach something.</summary>
    public void Clock(string kind, string text, bool holds, double has, double wants, string unit, bool begun = false)
    {
        OnTheWay |= !holds && (begun || has > 0);
        Part(kind, text, holds, has, wants, unit, ">=");
    }

    public void Inside(Frame frame, params ReadOnlySpan<Node> children)
    {
        Deeper();
        foreach (var child in children) child.Tell(frame, this);
        Back();
    }

    public void Deeper() => depth++;

    public void Back() => depth--;

    public void Values(Frame frame, IEnumerable<ShownComparison> comparisons)
    {
        depth++;
        foreach (var c in comparisons)
        {
            var (has, wants) = (c.Value(frame), c.Threshold(frame));
            Part("value", c.Left, c.Holds(has, wants), has, wants, c.Unit, c.Operator);
        }

        depth--;
    }

    private static double? Known(double value) => double.IsFinite(value) ? Math.Round(value, 4) : null;
}
