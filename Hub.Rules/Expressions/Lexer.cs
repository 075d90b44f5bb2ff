using System.Globalization;

namespace Hub.Rules.Expressions;

internal enum TokenKind { End, Number, Text, Name, Parameter, Symbol }

/// <summary>One word of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The name, text, parameter or symbol; the unit of a number.</param>
/// <param name="Number">The number.</param>
/// <param name="At">Offset in the expression, from 0.</param>
internal readonly record struct Token(TokenKind Kind, string Text, double Number, int At);

/// <summary>A fault within an expression.</summary>
internal sealed class ExpressionException(int at, string found, string allowed) : Exception(found + "; " + allowed)
{
    public int At { get; } = at;
    public string Found { get; } = found;
    public string Allowed { get; } = allowed;
}

/// <summary>Splits an expression into words. Knows nothing that reaches outside the expression.</summary>
internal static class Lexer
{
    private const int MaxLength = 2_000;

    private static readonly string[] symbols = [">=", "<=", "==", "!=", "(", ")", ",", "+", "-", "*", "/", ">", "<", "."];

    public static List<Token> Split(string text)
    {
        if (text.Length > MaxLength) throw new ExpressionException(0, $"an expression of {text.Length} characters", $"at most {MaxLength}");
        var tokens = new List<Token>();
        var i = 0;
        while (true)
        {
            while (i < text.Length && char.IsWhiteSpace(text[i])) i++;
            if (i == text.Length) break;
            tokens.Add(Next(text, ref i));
        }

        tokens.Add(new Token(TokenKind.End, "", 0, text.Length));
        return tokens;
    }

    private static Token Next(string text, ref int i)
    {
        var start = i;
        var c = text[i];
        if (char.IsAsciiDigit(c)) return Number(text, ref i);
        if (c is '"' or '\'')
        {
            var end = text.IndexOf(c, i + 1);
            if (end < 0) throw new ExpressionException(start, "a text without its closing quote", $"end it with {c}");
            i = end + 1;
            return new Token(TokenKind.Text, text[(start + 1)..end], 0, start);
        }

        if (c == '$' || char.IsLetter(c) || c == '_')
        {
            i++;
            while (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_')) i++;
            return c == '$'
                ? new Token(TokenKind.Parameter, text[(start + 1)..i], 0, start)
                : new Token(TokenKind.Name, text[start..i], 0, start);
        }

        foreach (var symbol in symbols)
        {
            if (string.CompareOrdinal(text, i, symbol, 0, symbol.Length) != 0) continue;
            i += symbol.Length;
            return new Token(TokenKind.Symbol, symbol, 0, start);
        }

        var (found, meant) = Meant(text, i);
        throw new ExpressionException(start, found, meant.Length > 0 ? $"did you mean '{meant}'?" : "numbers with units, channel names, \"texts\", $parameters, and or not, >= > < <= == !=, + - * / ( ) ,");
    }

    // Signs of other languages, and those of a Chinese keyboard.
    private static (string Found, string Meant) Meant(string text, int i)
    {
        var pair = text.AsSpan(i, Math.Min(2, text.Length - i));
        if (pair is "&&") return ("'&&'", "and");
        if (pair is "||") return ("'||'", "or");
        var c = text[i];
        var meant = c switch { '=' => "==", '!' => "not", '≥' => ">=", '≤' => "<=", '≠' => "!=", '×' => "*", '÷' => "/", '“' or '”' => "\"", '、' => ",", _ when c is > '\uFF00' and < '\uFF5F' => ((char)(c - 0xFEE0)).ToString(), _ => "" };
        return ($"the character '{c}'", meant);
    }

    private static Token Number(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] is '.' or '_')) i++;
        var digits = text[start..i].Replace("_", "", StringComparison.Ordinal);
        if (!double.TryParse(digits, CultureInfo.InvariantCulture, out var value))
            throw new ExpressionException(start, $"'{digits}'", "a number such as 60 or 0.7");
        var unitStart = i;
        while (unitStart < text.Length && text[unitStart] == ' ') unitStart++;
        var end = unitStart;
        while (end < text.Length && (char.IsLetter(text[end]) || text[end] is '°' or '%' or '³' or '/' || (end > unitStart && text[end] == '3'))) end++;
        var unit = text[unitStart..end];
        if (unit.Length == 0 || unit[0] == '/' || unit is "and" or "or") return new Token(TokenKind.Number, "", value, start);
        if (!Units.TryParse(unit, out _, out _)) throw new ExpressionException(unitStart, $"the unit '{unit}'", Units.Suggest(unit));
        i = end;
        return new Token(TokenKind.Number, unit, value, start);
    }
}
