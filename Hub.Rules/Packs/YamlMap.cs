using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>Reads one YAML mapping key by key; what nobody asked for is a fault, with a suggestion.</summary>
internal sealed class YamlMap
{
    private readonly YamlMappingNode node;
    private readonly FaultList faults;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public YamlMap(YamlMappingNode node, FaultList faults)
    {
        this.node = node;
        this.faults = faults;
    }

    public YamlNode Node => node;

    public FaultList Faults => faults;

    public IEnumerable<(string Name, YamlNode Key, YamlNode Value)> Entries =>
        node.Children.Select(c => ((c.Key as YamlScalarNode)?.Value ?? "", c.Key, c.Value));

    public bool Has(string name) => node.Children.Keys.Any(k => k is YamlScalarNode s && string.Equals(s.Value, name, StringComparison.Ordinal));

    public YamlNode? Get(string name)
    {
        asked.Add(name);
        foreach (var (key, value) in node.Children)
            if (key is YamlScalarNode scalar && string.Equals(scalar.Value, name, StringComparison.Ordinal)) return value;
        return null;
    }

    public YamlNode? Need(string name, string allowed)
    {
        var value = Get(name);
        if (value is null) faults.Add(node, $"no '{name}:'", allowed);
        return value;
    }

    public string Text(string name, string otherwise = "") => Get(name) is { } value ? Scalar(value, "a text") ?? otherwise : otherwise;

    public string NeedText(string name, string allowed) => Need(name, allowed) is { } value ? Scalar(value, allowed) ?? "" : "";

    public bool Flag(string name, bool otherwise = false)
    {
        if (Get(name) is not { } value) return otherwise;
        switch (Scalar(value, "true or false"))
        {
            case "true": return true;
            case "false": return false;
            default:
                faults.Add(value, $"'{value}'", "true or false");
                return otherwise;
        }
    }

    public YamlMap? Map(string name) => Get(name) is { } value ? AsMap(value, faults) : null;

    public IReadOnlyList<string> Texts(string name)
    {
        if (Get(name) is not { } value) return [];
        if (value is YamlSequenceNode list) return [.. list.Children.Select(c => Scalar(c, "a text")).OfType<string>()];
        return Scalar(value, "a text or a list of texts") is { } one ? [one] : [];
    }

    public IReadOnlyList<YamlNode> List(string name)
    {
        if (Get(name) is not { } value) return [];
        if (value is YamlSequenceNode list) return [.. list.Children];
        faults.Add(value, "a single value", $"a list under '{name}:'");
        return [];
    }

    /// <summary>Reports every key nobody asked for.</summary>
    public void End()
    {
        foreach (var (name, key, _) in Entries)
        {
            if (asked.Contains(name)) continue;
            var near = Spelling.Nearest(name, asked);
            // In braces a comma ends a value, so an expression with one falls apart.
            if (name.Contains(')', StringComparison.Ordinal)) faults.Add(key, $"the unknown key '{Short(name)}'", "quotes around an expression with a comma: \"rate(power, 2 min) > 5 W/min\"");
            else faults.Add(key, $"the unknown key '{Short(name)}'", near is null ? "one of " + string.Join(", ", asked) : $"did you mean '{near}'?");
        }
    }

    public string? Scalar(YamlNode value, string allowed)
    {
        if (value is YamlScalarNode { Value: not null } scalar) return scalar.Value;
        faults.Add(value, value is YamlSequenceNode ? "a list" : "a mapping", allowed);
        return null;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    public static YamlMap? AsMap(YamlNode value, FaultList faults, string shape = "a mapping of keys to values")
    {
        if (value is YamlMappingNode map) return new YamlMap(map, faults);
        faults.Add(value, value is YamlSequenceNode ? "a list" : value is YamlScalarNode { Value.Length: > 0 } text ? $"the text '{Short(text.Value)}'" : "nothing", shape);
        return null;
    }
}

/// <summary>Gathers the faults of one file.</summary>
internal sealed class FaultList(string file, List<RulePackFault> all)
{
    public string File => file;

    public int Count => all.Count;

    public void Add(YamlNode at, string found, string allowed, int offset = 0) =>
        all.Add(new RulePackFault(file, (int)at.Start.Line, (int)at.Start.Column + offset, found, allowed));

    public void Add(int line, int column, string found, string allowed) => all.Add(new RulePackFault(file, line, column, found, allowed));
}
