using System.Globalization;
using System.Linq.Expressions;
using Hub.Rules.Engine;

namespace Hub.Rules.Expressions;

/// <summary>Reads an expression and makes a delegate of it. Only what the grammar names can be reached; nothing loops, nothing calls out.</summary>
/// <remarks>
/// <c>not</c> is pushed down to the comparisons while reading (not a &gt;= b becomes a &lt; b), so a missing value, NaN, makes every
/// comparison false whether negated or not: what was not measured never fires.
/// </remarks>
internal sealed partial class ExpressionCompiler
{
    private const int MaxDepth = 40;

    private static readonly ParameterExpression frame = Expression.Parameter(typeof(Frame), "frame");

    private readonly Scope scope;
    private readonly List<Token> tokens;
    private readonly List<ShownComparison> shown = [];
    private readonly SortedSet<int> locals = [];
    private readonly SortedSet<string> events = new(StringComparer.Ordinal);
    private int at;
    private int depth;

    private ExpressionCompiler(string text, Scope scope)
    {
        this.scope = scope;
        tokens = Lexer.Split(text);
    }

    private Token Now => tokens[at];

    /// <summary>Compiles a yes-or-no expression.</summary>
    /// <exception cref="ExpressionException">Anything wrong, with its offset.</exception>
    public static CompiledTest Condition(string text, Scope scope)
    {
        var compiler = new ExpressionCompiler(text, scope);
        var result = compiler.Or(negate: false);
        compiler.ExpectEnd();
        if (result.Type != ValueType.Truth)
            throw new ExpressionException(0, result.Describe(), "a condition that is true or false, such as power > 25 W");
        return new CompiledTest(Compile(result.Code), [.. compiler.locals], [.. compiler.events], compiler.shown, result.Code);
    }

    /// <summary>Makes a delegate of code this compiler wrote.</summary>
    public static Func<Frame, bool> Compile(Expression code) => Expression.Lambda<Func<Frame, bool>>(code, frame).Compile();

    /// <summary>Compiles an expression that gives a number in <paramref name="unit"/>.</summary>
    /// <exception cref="ExpressionException">Anything wrong, with its offset.</exception>
    public static (Func<Frame, double> Value, string Unit, int[] Locals) Number(string text, Scope scope, string? unit = null)
    {
        var compiler = new ExpressionCompiler(text, scope);
        var result = compiler.Sum(negate: false);
        compiler.ExpectEnd();
        if (result.Type != ValueType.Number) throw new ExpressionException(0, result.Describe(), "a number");
        if (unit is not null) result = Convert(result, unit, 0);
        return (Expression.Lambda<Func<Frame, double>>(result.Code, frame).Compile(), result.Unit, [.. compiler.locals]);
    }

    private Typed Or(bool negate)
    {
        if (++depth > MaxDepth) throw new ExpressionException(Now.At, $"more than {MaxDepth} nested parts", "a flatter expression");
        var left = And(negate);
        while (Take("or")) left = Join(left, And(negate), negate ? Expression.AndAlso : Expression.OrElse, "or");
        depth--;
        return left;
    }

    private Typed And(bool negate)
    {
        var left = Not(negate);
        while (Take("and")) left = Join(left, Not(negate), negate ? Expression.OrElse : Expression.AndAlso, "and");
        return left;
    }

    private Typed Not(bool negate) => Take("not") ? Not(!negate) : Comparison(negate);

    private Typed Join(Typed left, Typed right, Func<Expression, Expression, BinaryExpression> join, string word)
    {
        foreach (var side in (ReadOnlySpan<Typed>)[left, right])
            if (side.Type != ValueType.Truth) throw new ExpressionException(Now.At, $"{side.Describe()} beside '{word}'", "a condition on both sides");
        return new Typed(join(left.Code, right.Code), ValueType.Truth);
    }

    private Typed Comparison(bool negate)
    {
        var left = Sum(negate);
        if (Now.Kind != TokenKind.Symbol || Now.Text is not (">=" or "<=" or ">" or "<" or "==" or "!=")) return left;
        var sign = tokens[at++];
        var right = Sum(negate);
        if (left.Type != right.Type || left.Type == ValueType.Truth)
            throw new ExpressionException(sign.At, $"{left.Describe()} {sign.Text} {right.Describe()}", "two numbers of one dimension, or two texts");
        var op = negate ? Opposite(sign.Text) : sign.Text;
        return left.Type == ValueType.Text ? TextComparison(left, right, op, sign) : NumberComparison(left, right, op, sign, negate);
    }

    private static Typed TextComparison(Typed left, Typed right, string op, Token sign)
    {
        if (op is not ("==" or "!=")) throw new ExpressionException(sign.At, $"{sign.Text} between texts", "== or !=");
        var same = Expression.Call(typeof(Frame), nameof(Frame.Same), null, left.Code, right.Code);
        var both = Expression.AndAlso(NotNull(left.Code), NotNull(right.Code));
        return new Typed(Expression.AndAlso(both, string.Equals(op, "==", StringComparison.Ordinal) ? same : Expression.Not(same)), ValueType.Truth);
    }

    private static BinaryExpression NotNull(Expression text) => Expression.NotEqual(text, Expression.Constant(null, typeof(string)));

    private Typed NumberComparison(Typed left, Typed right, string op, Token sign, bool negate)
    {
        // The literal takes the unit of the measured side, so that the alert shows the channel's own unit.
        if (left.Literal) left = Convert(left, right.Unit, sign.At);
        else right = Convert(right, left.Unit, sign.At);
        Expression code = op switch
        {
            ">=" => Expression.GreaterThanOrEqual(left.Code, right.Code),
            "<=" => Expression.LessThanOrEqual(left.Code, right.Code),
            ">" => Expression.GreaterThan(left.Code, right.Code),
            "<" => Expression.LessThan(left.Code, right.Code),
            "==" => Expression.Equal(left.Code, right.Code),
            // NaN differs from everything in arithmetic, but here nothing is known of it.
            _ => Expression.OrElse(Expression.LessThan(left.Code, right.Code), Expression.GreaterThan(left.Code, right.Code)),
        };
        if (!negate && !left.Literal && left.Label.Length > 0 && shown.Count < 8)
            shown.Add(new ShownComparison(left.Local, left.Label, left.Unit, op, Lambda(left.Code), Lambda(right.Code), right.Code is ConstantExpression { Value: double limit } ? limit : double.NaN));
        return new Typed(code, ValueType.Truth);
    }

    // Compiled on first use: most comparisons never appear in an alert.
    private static Func<Frame, double> Lambda(Expression code)
    {
        var compiled = new Lazy<Func<Frame, double>>(() => Expression.Lambda<Func<Frame, double>>(code, frame).Compile());
        return f => compiled.Value(f);
    }

    private Typed Sum(bool negate)
    {
        var left = Product(negate);
        while (Now is { Kind: TokenKind.Symbol, Text: "+" or "-" } sign)
        {
            at++;
            var right = Product(negate);
            NeedNumbers(left, right, sign);
            right = left.Literal && !right.Literal ? right : Convert(right, left.Unit, sign.At);
            if (left.Literal && !right.Literal) left = Convert(left, right.Unit, sign.At);
            var code = sign.Text[0] == '+' ? Expression.Add(left.Code, right.Code) : Expression.Subtract(left.Code, right.Code);
            left = new Typed(code, ValueType.Number, left.Unit, $"{left.Label} {sign.Text} {right.Label}", left.Literal && right.Literal);
        }

        return left;
    }

    private Typed Product(bool negate)
    {
        var left = Primary(negate);
        while (Now is { Kind: TokenKind.Symbol, Text: "*" or "/" } sign)
        {
            at++;
            var right = Primary(negate);
            NeedNumbers(left, right, sign);
            var times = sign.Text[0] == '*';
            var code = times ? (Expression)Expression.Multiply(left.Code, right.Code) : Expression.Call(frame, nameof(Frame.Divide), null, left.Code, right.Code);
            left = new Typed(code, ValueType.Number, UnitOf(left.Unit, right.Unit, times, sign), $"{left.Label} {sign.Text} {right.Label}", left.Literal && right.Literal);
        }

        return left;
    }

    private static string UnitOf(string left, string right, bool times, Token sign) => (left, right) switch
    {
        (_, "") => left,
        ("", _) when times => right,
        ("V", "A") or ("A", "V") when times => "W",
        _ when !times && string.Equals(left, right, StringComparison.Ordinal) => "",
        _ => throw new ExpressionException(sign.At, $"{left} {sign.Text} {right}", "a plain factor, V * A, or a ratio of two equal units"),
    };

    private static void NeedNumbers(Typed left, Typed right, Token sign)
    {
        if (left.Type != ValueType.Number || right.Type != ValueType.Number)
            throw new ExpressionException(sign.At, $"{left.Describe()} {sign.Text} {right.Describe()}", "two numbers");
    }

    private static Typed Convert(Typed value, string unit, int offset)
    {
        if (string.Equals(value.Unit, unit, StringComparison.Ordinal)) return value;
        if (value is { Literal: true, Unit: "", Code: ConstantExpression { Value: 0.0 } }) return value with { Unit = unit };
        if (!Units.TryConvert(value.Unit, unit, out var factor))
            throw new ExpressionException(offset, value.Describe(), unit.Length == 0 ? "a number without a unit" : $"a number in {unit}, such as {(value.Literal ? value.Label.Split(' ')[0] : "60")} {unit}");
        if (value.Code is ConstantExpression { Value: double number })
        {
            var converted = number * factor;
            return value with { Code = Expression.Constant(converted), Unit = unit, Label = converted.ToString("0.######", CultureInfo.InvariantCulture) + " " + unit };
        }

        return value with { Code = Expression.Multiply(value.Code, Expression.Constant(factor)), Unit = unit };
    }

    private static string Opposite(string op) => op switch
    {
        ">=" => "<", "<=" => ">", ">" => "<=", "<" => ">=", "==" => "!=", _ => "==",
    };

    private bool Take(string word)
    {
        if (Now.Kind is not (TokenKind.Name or TokenKind.Symbol) || !string.Equals(Now.Text, word, StringComparison.Ordinal)) return false;
        at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw new ExpressionException(Now.At, Show(Now), $"'{symbol}' is expected here");
    }

    private void ExpectEnd()
    {
        if (Now.Kind != TokenKind.End) throw new ExpressionException(Now.At, Show(Now), "and, or, a comparison, or the end of the expression");
    }

    private static string Show(Token token) => token.Kind == TokenKind.End ? "the end of the expression" : $"'{token.Text}'";
}
