using System.Globalization;
using Hub.Core;
using Hub.Core.Places;
using Hub.Rules.Expressions;
using Hub.Rules.Operators;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>Makes conditions of YAML: a text is an expression, a mapping an operator with its parameters.</summary>
internal sealed partial class ConditionReader(Scope scope, FaultList faults)
{
    private static readonly Node never = new Combination(Joining.Any, []);

    private static readonly string[] operators =
        ["all", "any", "not", "hold", "absent", "count", "distinct", "recent", "sequence", "outrun", "slots", "alert", "lost", "score", "evidence", "figure", "nights", "step_then_flat", "after", "raised", "regulars"];

    private readonly Dictionary<string, Node> lets = new(StringComparer.Ordinal);
    private readonly List<StatefulNode> stateful = [];

    public IReadOnlyDictionary<string, Node> Lets => lets;

    public StatefulNode[] Stateful => [.. stateful];

    /// <summary>Names of the steps read so far, for <c>after:</c>.</summary>
    public List<string> StepNames { get; } = [];

    public void ReadLets(YamlMap map)
    {
        scope.Conditions.UnionWith(map.Entries.Select(e => e.Name));
        foreach (var (name, key, value) in map.Entries)
        {
            map.Get(name);
            if (lets.ContainsKey(name) || scope.Local(name) >= 0)
            {
                faults.Add(key, $"the name '{name}', which is taken", "a name that is no channel and no other condition");
                continue;
            }

            var node = Read(value);
            node.Name = name;
            lets[name] = node;
        }
    }

    public Node Read(YamlNode yaml)
    {
        switch (yaml)
        {
            case YamlScalarNode { Value: { } text } scalar:
                return lets.TryGetValue(text.Trim(), out var named) ? new Reference(named) : Expression(text, scalar);
            case YamlMappingNode mapping:
                return Operator(new YamlMap(mapping, faults));
            default:
                faults.Add(yaml, "a list", "an expression, or one operator of " + string.Join(", ", operators));
                return never;
        }
    }

    private Node Expression(string text, YamlScalarNode at)
    {
        try
        {
            return new Leaf(ExpressionCompiler.Condition(text, scope), scope) { Text = text.Trim() };
        }
        catch (ExpressionException fault)
        {
            var quote = at.Style is YamlDotNet.Core.ScalarStyle.SingleQuoted or YamlDotNet.Core.ScalarStyle.DoubleQuoted ? 1 : 0;
            faults.Add(at, fault.Found, fault.Allowed, fault.At + quote);
            return never;
        }
    }

    private Node Operator(YamlMap map)
    {
        var name = Array.Find(operators, map.Has);
        if (name is null)
        {
            var first = map.Entries.Select(e => e.Name).FirstOrDefault() ?? "";
            var near = Spelling.Nearest(first, operators);
            faults.Add(map.Node, $"a condition '{first}:'", near is null ? "one operator of " + string.Join(", ", operators) : $"did you mean '{near}:'?");
            return never;
        }

        var node = name switch
        {
            "all" => new Combination(Joining.All, Several(map, name)),
            "any" => new Combination(Joining.Any, Several(map, name)),
            "not" => new Combination(Joining.None, [Read(map.Get(name)!)]),
            "hold" => Keep(new Hold(Read(map.Get(name)!), map.Get("until") is { } until ? Read(until) : null, Span(map, "for"), Span(map, "gap", 180_000), map.Flag("latched"), HoldByOf(map))),
            "absent" => Keep(new Absent(Read(map.Get(name)!), Span(map, "for"))),
            "count" => CountOf(map),
            "distinct" => Keep(new DistinctWithin(Read(map.Get(name)!), By(map), PerTrack(map), Whole(map, "at_least", 1, 64), Span(map, "within"))),
            "recent" => Keep(new Recent(Read(map.Get(name)!), Span(map, "within"))),
            "sequence" => SequenceOf(map),
            "outrun" => Keep(new Outrun(Read(map.Get(name)!), Plain(map, "metres_per_second", 3), Span(map, "within"))),
            "slots" => SlotsOf(map),
            "alert" => Keep(new AlertNearby(SeverityOf(map.Get(name)!), [.. map.Texts("types")], LevelOf(map), Span(map, "within", 86_400_000), Plain(map, "metres", double.NaN))),
            "lost" => Losses(new LostNearby(Whole(map, "lost", 1, 10_000), LevelOf(map), Span(map, "within"), map.Flag("alone"))),
            "raised" => RaisedOf(map),
            "regulars" => RegularsOf(map),
            "after" => After(map.Get(name)!),
            "score" => ScoreOf(map),
            "evidence" => EvidenceOf(map),
            "figure" => FigureOf(map),
            "nights" => NightsOf(map),
            _ => StepThenFlatOf(map),
        };
        map.End();
        return node;
    }

    private Node[] Several(YamlMap map, string name)
    {
        var parts = map.List(name);
        if (parts.Count == 0) faults.Add(map.Node, $"'{name}:' without conditions", "a list of at least one");
        return [.. parts.Select(Read)];
    }

    private T Keep<T>(T node) where T : StatefulNode
    {
        node.Slot = stateful.Count;
        stateful.Add(node);
        return node;
    }

    private Node SlotsOf(YamlMap map)
    {
        var signals = map.List("slots").Select(Read).ToArray();
        var every = Span(map, "every");
        var over = Span(map, "over");
        var share = Share(map, "share");
        int[] position = [];
        var apart = double.PositiveInfinity;
        if (map.Map("apart") is { } distance)
        {
            position = [.. distance.Texts("of").Select(scope.Local)];
            apart = Share(distance, "at_most");
            if (position.Length != 2 || position.Contains(-1)) faults.Add(distance.Node, "'of:' without two channels", "of: [x, y], both declared under 'channels:' of the pack");
            distance.End();
        }

        var span = every <= 0 ? 0 : over / every;
        if (signals.Length is 0 or > 4) faults.Add(map.Node, $"{signals.Length} signals", "1 to 4 conditions under 'slots:'");
        if (span is < 1 or > 64) faults.Add(map.Node, $"{span} slots", "'over' divided by 'every' between 1 and 64");
        return faults.Count > 0 && span is < 1 or > 64 ? never : Keep(new Slots(signals, every, (int)span, share, position.Length == 2 ? position : [], apart));
    }

    private LostNearby Losses(LostNearby node)
    {
        scope.AsksLosses = true;
        return Keep(node);
    }

    private Node SequenceOf(YamlMap map)
    {
        var parts = Several(map, "sequence");
        if (parts.Length is < 2 or > 8) faults.Add(map.Node, $"{parts.Length} conditions", "2 to 8 under 'sequence:', in their order");
        var without = map.Get("without") is { } value ? Read(value) : null;
        var within = Span(map, "within");
        return parts.Length < 2 ? never : Keep(new Sequence(parts, without, within));
    }

    private static bool PerTrack(YamlMap map)
    {
        var per = map.Text("per", "key");
        if (per is not ("key" or "track")) map.Faults.Add(map.Get("per")!, $"per: {per}", "key or track");
        return per is "track";
    }

    private Node After(YamlNode value)
    {
        var name = (value as YamlScalarNode)?.Value ?? "";
        var step = StepNames.IndexOf(name);
        if (step >= 0) return new AfterStep(step);
        faults.Add(value, $"the step '{name}'", "the name of an earlier step of this rule" + (StepNames.Count > 0 ? ": " + string.Join(", ", StepNames) : ""));
        return never;
    }

    private static HoldBy HoldByOf(YamlMap map)
    {
        if (map.Get("by") is not { } by) return HoldBy.Key;
        if (by is YamlScalarNode { Value: { } text } && Enum.TryParse<HoldBy>(text, ignoreCase: true, out var known)) return known;
        map.Faults.Add(by, $"'{by}'", "key, device or track");
        return HoldBy.Key;
    }

    private static DistinctBy By(YamlMap map)
    {
        var text = map.Text("by", "device");
        if (Enum.TryParse<DistinctBy>(text, ignoreCase: true, out var by)) return by;
        map.Faults.Add(map.Node, $"by: {text}", "device, kind, zone or track");
        return DistinctBy.Device;
    }

    public PlaceKind LevelOf(YamlMap map)
    {
        if (map.Get("level") is not { } value) return PlaceKind.Unknown;
        if (value is YamlScalarNode { Value: { } text } && TryPlaceKind(text, out var kind)) return kind;
        faults.Add(value, $"'{value}'", "a kind of place: " + PlaceKinds);
        return PlaceKind.Unknown;
    }

    public static string PlaceKinds { get; } = string.Join(", ", Enum.GetNames<PlaceKind>().Skip(1).Select(n => n.ToLowerInvariant()));

    public static bool TryPlaceKind(string text, out PlaceKind kind) =>
        Enum.TryParse(text, ignoreCase: true, out kind) && kind != PlaceKind.Unknown && !char.IsAsciiDigit(text[0]);

    public Severity SeverityOf(YamlNode value)
    {
        if (value is YamlScalarNode { Value: { Length: 2 } text } && Enum.TryParse<Severity>(text, out var severity)) return severity;
        faults.Add(value, $"the severity '{value}'", "P1, P2, P3 or P4");
        return Severity.P4;
    }

    /// <summary>A span of time; without a default it must be there.</summary>
    public long Span(YamlMap map, string name, long? otherwise = null)
    {
        if (map.Get(name) is not { } value)
        {
            if (otherwise is null) faults.Add(map.Node, $"no '{name}:'", "a span of time such as 30 s, 10 min or 24 h");
            return otherwise ?? 0;
        }

        if (map.Scalar(value, "a span of time") is not { } text) return 0;
        if (Units.TryDuration(Parameter(text), out var ms)) return ms;
        faults.Add(value, $"'{text}'", "a span of time such as 30 s, 10 min or 24 h, at most 400 d, or a $parameter that is one");
        return 0;
    }

    private int Whole(YamlMap map, string name, int least, int most, int? otherwise = null)
    {
        if (map.Get(name) is not { } value)
        {
            if (otherwise is null) faults.Add(map.Node, $"no '{name}:'", $"a whole number from {least} to {most}");
            return otherwise ?? least;
        }

        var text = Parameter((value as YamlScalarNode)?.Value ?? "");
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        faults.Add(value, $"'{text}'", $"a whole number from {least} to {most}");
        return least;
    }

    private double Share(YamlMap map, string name)
    {
        if (map.Get(name) is { } value && Units.TryQuantity(Parameter((value as YamlScalarNode)?.Value ?? ""), out var number, out var unit) && unit is "" or "%")
        {
            number = unit.Length > 0 ? number / 100 : number;
            if (number is > 0 and <= 1) return number;
        }

        faults.Add(map.Node, $"no usable '{name}:'", "a share such as 80 % or 0.8");
        return 1;
    }

    private double Plain(YamlMap map, string name, double otherwise)
    {
        if (map.Get(name) is not { } value) return otherwise;
        if (Units.TryQuantity(Parameter((value as YamlScalarNode)?.Value ?? ""), out var number, out _)) return number;
        faults.Add(value, $"'{value}'", "a number");
        return otherwise;
    }

    private string Parameter(string text) =>
        text.StartsWith('$') && scope.Parameters.TryGetValue(text[1..], out var value) ? value : text;
}
