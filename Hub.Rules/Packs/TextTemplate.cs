using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Operators;

namespace Hub.Rules.Packs;

/// <summary>An explanation in two languages with <c>{placeholders}</c>: channels, named conditions, <c>$parameters</c>, and facts of the alert.</summary>
internal sealed class TextTemplate
{
    /// <summary>Facts every alert has.</summary>
    public static readonly string[] Facts = ["device", "place", "zone", "confidence", "time", "count", "share", "total", "members", "duration"];

    private const string OfTerms = ".terms";

    private readonly List<(string Literal, string Name)> zh;
    private readonly List<(string Literal, string Name)> en;

    public TextTemplate(LocalText text)
    {
        Text = text;
        zh = Split(text.Zh);
        en = Split(text.En);
    }

    public LocalText Text { get; }

    public IEnumerable<string> Names => zh.Concat(en).Select(p => p.Name).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>Fills both texts in.</summary>
    public LocalText Fill(Frame frame, IReadOnlyDictionary<string, LocalText> facts) => new(Fill(zh, frame, facts, zhFirst: true), Fill(en, frame, facts, zhFirst: false));

    private static string Fill(List<(string Literal, string Name)> parts, Frame frame, IReadOnlyDictionary<string, LocalText> facts, bool zhFirst)
    {
        var text = new StringBuilder();
        foreach (var (literal, name) in parts)
        {
            text.Append(literal);
            if (name.Length == 0) continue;
            if (facts.TryGetValue(name, out var fact)) text.Append(zhFirst ? fact.Zh : fact.En);
            else if (name[0] == '$') text.Append(frame.Rule.Scope.Parameters.GetValueOrDefault(name[1..], "?"));
            else if (frame.Rule.Lets.TryGetValue(name, out var node)) text.Append(Number(node.Figure(frame)));
            else if (Named(name, frame.Rule.Lets) is { } evidence) text.Append(TermsText(evidence, frame, zhFirst));
            else text.Append(ChannelText(name, frame, zhFirst));
        }

        return text.ToString();
    }

    /// <summary>The condition whose terms <c>{name.terms}</c> asks for; null when there is none.</summary>
    public static Node? Named(string placeholder, IReadOnlyDictionary<string, Node> lets) =>
        placeholder.EndsWith(OfTerms, StringComparison.Ordinal) ? lets.GetValueOrDefault(placeholder[..^OfTerms.Length]) : null;

    // Strongest first: what a person has to look at.
    private static string TermsText(Node node, Frame frame, bool zhFirst)
    {
        var terms = node.Terms(frame).OrderByDescending(t => Math.Abs(t.Nats)).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        if (terms.Count == 0) return "–";
        return string.Join(zhFirst ? "，" : ", ", terms.Select(t =>
        {
            var (hours, sign) = ((frame.NowMs - t.AtMs) / 3_600_000.0, t.Nats > 0 ? "+" : "");
            var ago = hours < 1 ? "" : hours < 48 ? (zhFirst ? $"，{Number(Math.Round(hours))} 小时前" : $", {Number(Math.Round(hours))} h ago") : zhFirst ? $"，{Number(Math.Round(hours / 24))} 天前" : $", {Number(Math.Round(hours / 24))} d ago";
            return zhFirst ? $"{t.Title.Zh} {sign}{Number(t.Nats)}（{t.Device}{ago}）" : $"{t.Title.En} {sign}{Number(t.Nats)} ({t.Device}{ago})";
        }));
    }

    private static string ChannelText(string name, Frame frame, bool zhFirst)
    {
        var local = frame.Rule.Scope.Local(name);
        if (local < 0) return "?";
        var value = frame.Value(local);
        if (double.IsNaN(value)) return frame.Text(local) is { } said ? (zhFirst ? TwoTongues.Of(said).Zh : TwoTongues.Of(said).En) : "–";
        var unit = frame.Rule.Scope.Channels[local].Unit;
        return unit.Length > 0 ? $"{Number(value)} {unit}" : Number(value);
    }

    /// <summary>A figure as people write it: no more digits than mean something, the same on every machine.</summary>
    public static string Number(double value) =>
        double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) < 1 ? "0.###" : "0.#", CultureInfo.InvariantCulture);

    private static List<(string, string)> Split(string text)
    {
        var parts = new List<(string, string)>();
        var i = 0;
        while (i < text.Length)
        {
            var open = text.IndexOf('{', i);
            var close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0) break;
            parts.Add((text[i..open], text[(open + 1)..close].Trim()));
            i = close + 1;
        }

        if (i < text.Length) parts.Add((text[i..], ""));
        return parts;
    }
}
