using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Packs;

namespace Hub.Rules.Operators;

/// <summary>
/// The one question a sleeping key asks of a message: of all that could wake a part of its rule or make a step true, does anything hold?
/// Nearly every reading of a district is an ordinary one, and its rules answer it from the device's newest values alone.
/// </summary>
internal static class Gate
{
    /// <summary>The question as one delegate; null when a part of the rule cannot sleep.</summary>
    public static Func<Frame, bool>? Of(CompiledRule rule)
    {
        var asked = new List<Expression>();
        foreach (var part in rule.Stateful)
        {
            if (part.Wakes is not { } wakes) return null;
            asked.AddRange(wakes);
        }

        foreach (var step in rule.Steps)
        {
            if (step.When.Stirs is not { } stirs) return null;
            asked.AddRange(stirs);
        }

        // A division by zero is counted each time it happens; asking twice would count it twice.
        var divisions = new Divisions();
        foreach (var code in asked) divisions.Visit(code);
        if (divisions.Found) return null;
        var distinct = asked.Distinct();
        return ExpressionCompiler.Compile(distinct.Aggregate((Expression)Expression.Constant(false), Expression.OrElse));
    }

    private sealed class Divisions : ExpressionVisitor
    {
        public bool Found { get; private set; }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            Found |= string.Equals(node.Method.Name, nameof(Frame.Divide), StringComparison.Ordinal);
            return base.VisitMethodCall(node);
        }
    }
}
