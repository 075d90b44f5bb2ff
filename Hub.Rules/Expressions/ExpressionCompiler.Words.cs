using System.Globalization;
using System.Linq.Expressions;
using Hub.Core.Places;
using Hub.Rules.Engine;

namespace Hub.Rules.Expressions;

/// <summary>The words an expression may use: channels, parameters, functions.</summary>
internal sealed partial class ExpressionCompiler
{
    private static readonly string[] words =
    [
        "event", "rate", "rise", "fall", "mean", "min", "max", "sum", "samples", "above_neighbours", "between", "overlap", "age", "known", "faulty",
        "coalesce", "abs", "one_of", "attribute", "number_of", "confidence", "zone", "zone_like", "kind_is", "place_kind", "workday", "year",
    ];

    private Typed Primary(bool negate)
    {
        var token = tokens[at++];
        switch (token.Kind)
        {
            case TokenKind.Number: return Literal(token.Number, token.Text);
            case TokenKind.Text: return new Typed(Expression.Constant(token.Text), ValueType.Text, Literal: true);
            case TokenKind.Parameter: return Parameter(token);
            case TokenKind.Symbol when token.Text[0] == '-':
                var value = Primary(negate);
                if (value.Type != ValueType.Number) throw new ExpressionException(token.At, $"'-' before {value.Describe()}", "a number");
                return value.Code is ConstantExpression { Value: double constant } ? Literal(-constant, value.Unit) : value with { Code = Expression.Negate(value.Code) };
            case TokenKind.Symbol when token.Text[0] == '(':
                var inner = Or(negate);
                Expect(")");
                return inner;
            case TokenKind.Name: return Name(token, negate);
            default: throw new ExpressionException(token.At, Show(token), "a number, a channel, a $parameter or a function");
        }
    }

    private static Typed Literal(double value, string unit) =>
        new(Expression.Constant(value), ValueType.Number, unit, value.ToString("0.######", CultureInfo.InvariantCulture) + (unit.Length > 0 ? " " + unit : ""), Literal: true);

    private Typed Parameter(Token token)
    {
        if (!scope.Parameters.TryGetValue(token.Text, out var text))
            throw new ExpressionException(token.At, $"${token.Text}", scope.Parameters.Count == 0 ? "this rule has no 'params:'" : "one of " + string.Join(", ", scope.Parameters.Keys.Select(k => "$" + k)));
        return Units.TryQuantity(text, out var value, out var unit) && Units.TryParse(unit, out _, out _)
            ? Literal(value, unit)
            : new Typed(Expression.Constant(text), ValueType.Text, Literal: true);
    }

    private Typed Name(Token token, bool negate)
    {
        var call = Now is { Kind: TokenKind.Symbol, Text: "(" };
        switch (token.Text)
        {
            case "true" or "false":
                return new Typed(Expression.Constant(string.Equals(token.Text, "true", StringComparison.Ordinal) != negate), ValueType.Truth);
            case "confidence" when !call:
                return new Typed(Expression.Property(frame, nameof(Frame.Confidence)), ValueType.Number, "", "confidence");
            case "zone" when !call: return new Typed(Expression.Property(frame, nameof(Frame.Zone)), ValueType.Text);
            case "place_kind" when !call: return new Typed(Expression.Property(frame, nameof(Frame.PlaceKindName)), ValueType.Text);
        }

        if (call) return Function(token, negate);
        var local = scope.Local(token.Text);
        if (local < 0) throw new ExpressionException(token.At, $"'{token.Text}', which is no known channel", scope.Suggest(token.Text));
        locals.Add(local);
        var index = Expression.Constant(local);
        return Now is { Kind: TokenKind.Symbol, Text: "==" or "!=" } && tokens[at + 1].Kind == TokenKind.Text
            ? new Typed(Expression.Call(frame, nameof(Frame.Text), null, index), ValueType.Text, Local: local)
            : new Typed(Expression.Call(frame, nameof(Frame.Value), null, index), ValueType.Number, scope.Channels[local].Unit, token.Text, Local: local);
    }

    private Typed Function(Token name, bool negate)
    {
        Expect("(");
        var result = name.Text switch
        {
            "event" => Truth(Expression.Call(frame, nameof(Frame.IsEvent), null, Expression.Constant(EventTypes())), negate),
            "rate" => OverWindow(name, nameof(Frame.Rate), unit => unit + "/min"),
            "rise" => OverWindow(name, nameof(Frame.Rise), unit => unit),
            "fall" => OverWindow(name, nameof(Frame.Fall), unit => unit),
            "mean" => OverWindow(name, nameof(Frame.Mean), unit => unit),
            "min" => OverWindow(name, nameof(Frame.Min), unit => unit),
            "max" => OverWindow(name, nameof(Frame.Max), unit => unit),
            "sum" => OverWindow(name, nameof(Frame.Sum), unit => unit),
            "samples" => OverWindow(name, nameof(Frame.Samples), _ => ""),
            "above_neighbours" => AboveNeighbours(),
            "between" => Truth(Expression.Call(frame, nameof(Frame.Between), null, Minute(), Comma(Minute)), negate),
            "overlap" => Overlap(),
            "age" => Local(l => new Typed(Expression.Call(frame, nameof(Frame.AgeSeconds), null, Expression.Constant(l)), ValueType.Number, "s", $"age({scope.Channels[l].Name})")),
            "known" => Local(l => Truth(Expression.Call(frame, nameof(Frame.Known), null, Expression.Constant(l)), negate)),
            "faulty" => Local(l => Truth(Expression.Call(frame, nameof(Frame.Faulty), null, Expression.Constant(l)), negate)),
            "coalesce" => Coalesce(name),
            "abs" => Absolute(name),
            "one_of" => OneOf(negate),
            "attribute" => new Typed(Expression.Call(frame, nameof(Frame.Attribute), null, Expression.Constant(Text("a name such as \"exit\""))), ValueType.Text),
            "number_of" => NumberOf(),
            "zone_like" => Truth(Expression.Call(frame, nameof(Frame.ZoneLike), null, Expression.Constant(Texts("a part of a zone's name"))), negate),
            "kind_is" => Truth(Expression.Call(frame, nameof(Frame.KindIs), null, Expression.Constant(Texts("a kind of device"))), negate),
            "workday" => Truth(Expression.Call(frame, nameof(Frame.IsWorkday), null), negate),
            "year" => new Typed(Expression.Convert(Expression.Property(frame, nameof(Frame.Year)), typeof(double)), ValueType.Number, "", "year()"),
            _ => throw new ExpressionException(name.At, $"the function '{name.Text}'", Spelling.Nearest(name.Text, words) is { } near ? $"did you mean '{near}'?" : "one of " + string.Join(", ", words)),
        };
        Expect(")");
        return result;
    }

    private static Typed Truth(Expression code, bool negate) => new(negate ? Expression.Not(code) : code, ValueType.Truth);

    private T Comma<T>(Func<T> read)
    {
        Expect(",");
        return read();
    }

    private Typed OverWindow(Token name, string method, Func<string, string> unit)
    {
        var local = LocalName();
        var start = Now.At;
        var span = Comma(Duration);
        if (span is < 1_000 or > 40L * 86_400_000) throw new ExpressionException(start, "a span outside 1 s … 40 d", "a span such as 2 min");
        var window = scope.Window(local, span);
        var label = $"{name.Text}({scope.Channels[local].Name}, {span / 1000} s)";
        return new Typed(Expression.Call(frame, method, null, Expression.Constant(window)), ValueType.Number, unit(scope.Channels[local].Unit), label, Local: local);
    }

    private Typed AboveNeighbours()
    {
        var local = LocalName();
        var levelAt = Comma(() => tokens[at++]);
        if (!Enum.TryParse<PlaceKind>(levelAt.Text, ignoreCase: true, out var level))
            throw new ExpressionException(levelAt.At, Show(levelAt), "a kind of place such as shed or stairwell");
        scope.NeighbourLevels.Add(level);
        var code = Expression.Call(frame, nameof(Frame.AboveNeighbours), null, Expression.Constant(local), Expression.Constant(level));
        return new Typed(code, ValueType.Number, scope.Channels[local].Unit, $"above_neighbours({scope.Channels[local].Name})", Local: local);
    }

    private Typed Overlap()
    {
        var span = Duration();
        var code = Expression.Call(frame, nameof(Frame.OverlapSeconds), null, Expression.Constant(span), Comma(Minute), Comma(Minute));
        return new Typed(code, ValueType.Number, "s", "overlap");
    }

    private Typed Coalesce(Token name)
    {
        var result = Sum(negate: false);
        while (Take(","))
        {
            var next = Convert(Sum(negate: false), result.Unit, name.At);
            result = result with { Code = Expression.Call(typeof(Frame), nameof(Frame.FirstKnown), null, result.Code, next.Code) };
        }

        return result;
    }

    private Typed Absolute(Token name)
    {
        var value = Sum(negate: false);
        if (value.Type != ValueType.Number) throw new ExpressionException(name.At, value.Describe(), "a number");
        return value with { Code = Expression.Call(typeof(Math), nameof(Math.Abs), null, value.Code), Label = $"abs({value.Label})" };
    }

    private Typed OneOf(bool negate)
    {
        var local = LocalName();
        var texts = Comma(() => Texts("a text such as \"charging\""));
        return Truth(Expression.Call(frame, nameof(Frame.TextIn), null, Expression.Constant(local), Expression.Constant(texts)), negate);
    }

    private Typed NumberOf()
    {
        var name = Text("the name of an attribute such as \"ratedPower\"");
        var start = Now.At;
        var otherwise = Comma(() => Primary(negate: false));
        if (otherwise.Type != ValueType.Number || otherwise.Code is not ConstantExpression) throw new ExpressionException(start, otherwise.Describe(), "the number where there is no such attribute; its unit is the attribute's too");
        return otherwise with { Code = Expression.Call(frame, nameof(Frame.NumberOf), null, Expression.Constant(name), otherwise.Code), Label = $"number_of({name})", Literal = false };
    }

    private Typed Local(Func<int, Typed> make) => make(LocalName());

    private int LocalName()
    {
        var token = tokens[at++];
        var local = token.Kind == TokenKind.Name ? scope.Local(token.Text) : -1;
        if (local < 0) throw new ExpressionException(token.At, $"{Show(token)}, which is no known channel", scope.Suggest(token.Text));
        locals.Add(local);
        return local;
    }

    private string[] EventTypes()
    {
        var types = new List<string>();
        do
        {
            var token = tokens[at++];
            if (token.Kind is not (TokenKind.Name or TokenKind.Text)) throw new ExpressionException(token.At, Show(token), "an event type such as smoke");
            types.Add(string.Intern(token.Text));
        }
        while (Take(","));
        foreach (var type in types)
        {
            events.Add(type);
            scope.Events.Add(type);
        }

        return [.. types];
    }

    private string Text(string allowed)
    {
        var token = tokens[at++];
        return token.Kind == TokenKind.Text ? token.Text : throw new ExpressionException(token.At, Show(token), allowed + " in quotes");
    }

    private string[] Texts(string allowed)
    {
        var texts = new List<string> { Text(allowed) };
        while (Take(",")) texts.Add(Text(allowed));
        return [.. texts];
    }

    private long Duration()
    {
        var token = tokens[at++];
        if (token.Kind == TokenKind.Parameter && scope.Parameters.TryGetValue(token.Text, out var text) && Units.TryDuration(text, out var fromParameter)) return fromParameter;
        if (token.Kind != TokenKind.Number || !Units.TryDuration(token.Number.ToString(CultureInfo.InvariantCulture) + " " + token.Text, out var span))
            throw new ExpressionException(token.At, Show(token), "a span of time such as 30 s, 10 min or 12 h");
        return span;
    }

    private ConstantExpression Minute()
    {
        var token = tokens[at++];
        var text = token.Kind == TokenKind.Parameter ? scope.Parameters.GetValueOrDefault(token.Text, "") : token.Text;
        if (token.Kind is not (TokenKind.Text or TokenKind.Parameter) || !TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            throw new ExpressionException(token.At, Show(token), "a local time such as \"22:00\"");
        return Expression.Constant((time.Hour * 60) + time.Minute);
    }
}
