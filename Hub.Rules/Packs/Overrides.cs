using Hub.Rules.Expressions;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>What <c>overrides.yaml</c> sets: parameters of rules, by rule id and name, each with its place in the file.</summary>
internal sealed class Overrides
{
    public const string File = "overrides.yaml";

    private readonly SortedDictionary<string, SortedDictionary<string, YamlNode>> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlNode> ids = new(StringComparer.Ordinal);
    private readonly FaultList faults;

    private Overrides(FaultList faults) => this.faults = faults;

    public static Overrides Read(string text, FaultList faults)
    {
        var read = new Overrides(faults);
        if (YamlText.Root(text, faults, "rule ids, each with its parameters, such as A3-port-thermal: {warm: 58 °C}", mayBeEmpty: true) is not { } root) return read;
        foreach (var (id, key, value) in root.Entries)
        {
            if (YamlMap.AsMap(value, faults, "parameters of the rule, such as {warm: 58 °C}") is not { } map) continue;
            read.ids[id] = key;
            var mine = read.values[id] = new SortedDictionary<string, YamlNode>(StringComparer.Ordinal);
            foreach (var entry in map.Entries)
                if (map.Scalar(entry.Value, "a value such as 58 °C") is not null) mine[entry.Name] = entry.Value;
        }

        return read;
    }

    /// <summary>Puts the values of one rule over its own; what does not fit there is a fault here and leaves the rule's own value.</summary>
    public void Apply(string rule, Dictionary<string, string> parameters)
    {
        if (!values.TryGetValue(rule, out var mine)) return;
        foreach (var (name, node) in mine)
        {
            var value = ((YamlScalarNode)node).Value!;
            if (!parameters.TryGetValue(name, out var own)) faults.Add(node, $"an override of '{rule}: {name}', which is no parameter of it", Named(name, parameters.Keys));
            else if (Units.LikeOf(own) is { } like && !Units.Alike(value, own)) faults.Add(node, $"'{value}' for '{rule}: {name}'", $"{like}, as the rule's own {own}");
            else parameters[name] = value;
        }
    }

    /// <summary>Reports rules that no pack has.</summary>
    public void CheckIds(IReadOnlyCollection<string> known)
    {
        foreach (var (id, key) in ids)
            if (!known.Contains(id)) faults.Add(key, $"an override of the rule '{id}', which is in no pack", Named(id, known));
    }

    /// <summary>The file's text with one parameter of one rule set; its leading comments stay.</summary>
    public static string With(string text, string rule, string parameter, string value)
    {
        text = YamlText.Plain(text);
        var all = Read(text, new FaultList(File, []));
        var lines = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (id, mine) in all.values)
            lines[id] = new(mine.ToDictionary(p => p.Key, p => Written((YamlScalarNode)p.Value), StringComparer.Ordinal), StringComparer.Ordinal);
        if (!lines.TryGetValue(rule, out var own)) own = lines[rule] = new(StringComparer.Ordinal);
        own[parameter] = value;
        var head = text.Split('\n').TakeWhile(line => line.StartsWith('#'));
        return string.Join('\n', head.Concat(lines.Select(r => $"{r.Key}: {{{string.Join(", ", r.Value.Select(p => $"{p.Key}: {p.Value}"))}}}"))) + "\n";
    }

    // What stood in quotes needs them again.
    private static string Written(YamlScalarNode node) =>
        node.Style is YamlDotNet.Core.ScalarStyle.SingleQuoted or YamlDotNet.Core.ScalarStyle.DoubleQuoted ? "\"" + node.Value!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"" : node.Value!;

    private static string Named(string word, IReadOnlyCollection<string> known) =>
        Spelling.Nearest(word, known) is { } near ? $"did you mean '{near}'?"
        : known.Count is > 0 and <= 20 ? "one of " + string.Join(", ", known)
        : known.Count == 0 ? "it has none" : "the id of a rule";
}
