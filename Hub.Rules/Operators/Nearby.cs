using System.Linq.Expressions;
using Hub.Core;
using Hub.Core.Places;
using Hub.Rules.Engine;

namespace Hub.Rules.Operators;

/// <summary>Another alert is open around: smoke beside a flying wire, a fire in an estate whose lane is blocked.</summary>
/// <param name="least">At least so severe.</param>
/// <param name="types">Of one of these types; empty for any.</param>
/// <param name="level">In the nearest place of this kind.</param>
/// <param name="withinMs">Its condition held so lately.</param>
/// <param name="metres">Only where the devices that spoke stand so near each other; NaN for anywhere in the place.</param>
internal sealed class AlertNearby(Severity least, string[] types, PlaceKind level, long withinMs, double metres) : StatefulNode
{
    private const long RecheckMs = 10_000;

    public override NodeState NewState() => new NoState();

    public override void Update(Frame frame, NodeState state) { }

    public override IReadOnlyList<Expression>? Wakes => [];

    public override bool Rests(NodeState state) => true;

    // What it looks at are other keys: it may hold at any time.
    public override IReadOnlyList<Expression>? Stirs => null;

    public override bool IsTrue(Frame frame) => frame.World.AnyOpen(types) && IsNear(frame);

    private bool IsNear(Frame frame) => double.IsNaN(metres)
        ? frame.AlertNear(least, types, Levels.Around(frame.Key.PlaceId, level), withinMs)
        : frame.World.AlertWithinMetres(least, types, metres, frame.NowMs - withinMs, frame.Key);

    public override void Tell(Frame frame, Telling telling) => telling.Part("alert", string.Join(", ", types.DefaultIfEmpty(least.ToString())), IsTrue(frame), double.NaN, withinMs / 1000.0, "s", "<=");

    // The other alert may come after this one: look again while open.
    public override long DueMs(Frame frame, NodeState state) => frame.Key.Open ? frame.NowMs + RecheckMs : long.MaxValue;
}

/// <summary>Several devices around went silent: the power went with them.</summary>
internal sealed class LostNearby(int atLeast, PlaceKind level, long withinMs, bool alone) : StatefulNode
{
    private const long RecheckMs = 10_000;

    public override NodeState NewState() => new NoState();

    public override void Update(Frame frame, NodeState state) { }

    public override IReadOnlyList<Expression>? Wakes => [];

    public override bool Rests(NodeState state) => true;

    // What it looks at are other keys: it may hold at any time.
    public override IReadOnlyList<Expression>? Stirs => null;

    public override bool IsTrue(Frame frame) => Figure(frame) >= atLeast;

    public override void Tell(Frame frame, Telling telling) => telling.Clock("lost", Name, IsTrue(frame), Figure(frame), atLeast, "");

    public override double Figure(Frame frame) => frame.World.LostWithin(Levels.Around(frame.Key.PlaceId, level), withinMs, alone);

    public override long DueMs(Frame frame, NodeState state) => frame.Key.Open ? frame.NowMs + RecheckMs : long.MaxValue;
}

/// <summary>State of a part that only looks around.</summary>
internal sealed class NoState : NodeState
{
    public override void Write(StateWriter writer) { }

    public override void Read(ref StateReader reader) { }
}

/// <summary>Places around a place.</summary>
internal static class Levels
{
    /// <summary>The nearest place of that kind from a place upwards; the place itself when there is none. Unknown asks for the place itself.</summary>
    public static string Around(string placeId, PlaceKind level)
    {
        if (level == PlaceKind.Unknown) return placeId;
        for (var path = placeId; path.Length > 0; path = path[..Math.Max(path.LastIndexOf('/'), 0)])
            if (Place.KindOf(path) == level) return path;
        return placeId;
    }
}
