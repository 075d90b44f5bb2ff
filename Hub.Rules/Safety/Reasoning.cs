using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Safety;

/// <summary>Judges a compiled expression without running it, in three values (Kleene): what the message does not say may be anything, so it proves nothing.</summary>
/// <remarks>Sound, not complete: <see cref="Certainty.Always"/> is true in every world; a condition that is true but too clever gets <see cref="Certainty.Perhaps"/>.</remarks>
internal static class Reasoning
{
    public static Certainty Not(Certainty value) => (Certainty)(2 - (int)value);

    public static Certainty All(Certainty a, Certainty b) => a < b ? a : b;

    public static Certainty Any(Certainty a, Certainty b) => a > b ? a : b;

    /// <summary>Whether a yes-or-no expression holds given the message.</summary>
    public static Certainty Of(Expression code, Scope scope, Probe probe) => code switch
    {
        ConstantExpression { Value: bool known } => known ? Certainty.Always : Certainty.Never,
        UnaryExpression { NodeType: ExpressionType.Not } not => Not(Of(not.Operand, scope, probe)),
        BinaryExpression { NodeType: ExpressionType.AndAlso } both => All(Of(both.Left, scope, probe), Of(both.Right, scope, probe)),
        BinaryExpression { NodeType: ExpressionType.OrElse } either => Any(Of(either.Left, scope, probe), Of(either.Right, scope, probe)),
        BinaryExpression comparison => Compare(comparison, Number(comparison.Left, scope, probe), Number(comparison.Right, scope, probe)),
        MethodCallExpression call => Call(call, scope, probe),
        _ => Certainty.Perhaps,
    };

    private static Certainty Compare(BinaryExpression comparison, double? left, double? right)
    {
        if (left is not { } a || right is not { } b || double.IsNaN(a) || double.IsNaN(b)) return Certainty.Perhaps;
        bool? holds = comparison.NodeType switch
        {
            ExpressionType.GreaterThanOrEqual => a >= b,
            ExpressionType.GreaterThan => a > b,
            ExpressionType.LessThanOrEqual => a <= b,
            ExpressionType.LessThan => a < b,
            ExpressionType.Equal => a == b,
            _ => null,
        };
        return holds switch { true => Certainty.Always, false => Certainty.Never, null => Certainty.Perhaps };
    }

    private static Certainty Call(MethodCallExpression call, Scope scope, Probe probe) => call.Method.Name switch
    {
        nameof(Frame.IsEvent) => Certain(probe.Signal.EventType is { } type && Texts(call.Arguments[0]).Contains(type, StringComparer.Ordinal)),
        nameof(Frame.KindIs) => Certain(Texts(call.Arguments[0]).Contains(probe.Kind, StringComparer.Ordinal)),
        nameof(Frame.TextIn) when Says(call.Arguments[0], scope, probe) && probe.Signal.Text is { } text => Certain(Texts(call.Arguments[1]).Contains(text, StringComparer.OrdinalIgnoreCase)),
        nameof(Frame.Known) when Says(call.Arguments[0], scope, probe) => Certainty.Always,
        _ => Certainty.Perhaps,
    };

    // Null: not known from the message.
    private static double? Number(Expression code, Scope scope, Probe probe) => code switch
    {
        ConstantExpression { Value: double known } => known,
        MemberExpression { Member.Name: nameof(Frame.Confidence) } => probe.Signal.EventType is null ? 1 : probe.Confidence,
        UnaryExpression { NodeType: ExpressionType.Negate } negate => -Number(negate.Operand, scope, probe),
        BinaryExpression { NodeType: ExpressionType.Add } sum => Number(sum.Left, scope, probe) + Number(sum.Right, scope, probe),
        BinaryExpression { NodeType: ExpressionType.Subtract } rest => Number(rest.Left, scope, probe) - Number(rest.Right, scope, probe),
        BinaryExpression { NodeType: ExpressionType.Multiply } product => Number(product.Left, scope, probe) * Number(product.Right, scope, probe),
        MethodCallExpression { Method.Name: nameof(Frame.Value) } reading when Says(reading.Arguments[0], scope, probe) =>
            double.IsNaN(probe.Signal.Value) || scope.Channels[(int)((ConstantExpression)reading.Arguments[0]).Value!].IsSuspect(probe.Signal.Value) ? null : probe.Signal.Value,
        MethodCallExpression { Method.Name: nameof(Frame.FirstKnown) } first => Number(first.Arguments[0], scope, probe),
        MethodCallExpression { Method.Name: nameof(Math.Abs) } abs => Number(abs.Arguments[0], scope, probe) is { } value ? Math.Abs(value) : null,
        _ => null,
    };

    private static bool Says(Expression local, Scope scope, Probe probe) =>
        local is ConstantExpression { Value: int index } && string.Equals(scope.Channels[index].Name, probe.Signal.Channel, StringComparison.Ordinal);

    private static string[] Texts(Expression list) => (string[])((ConstantExpression)list).Value!;

    private static Certainty Certain(bool known) => known ? Certainty.Always : Certainty.Never;
}
