using System.Security.Cryptography;
using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Operators;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>Makes rules of the text of one pack.</summary>
internal sealed class PackReader(ChannelTable channels, Overrides overrides, IEnumerable<string> scores)
{
    private const int MaxRules = 5_000;
    private const int MaxSteps = 16;

    /// <summary>Reads one pack; faults go into the list, and rules with faults must not be used.</summary>
    public void Read(string file, string text, List<CompiledRule> rules, FaultList faults)
    {
        if (YamlText.Root(text, faults, "a mapping with 'pack:' and 'rules:'; see docs/rules.md for the shape of a pack") is not { } root) return;
        root.Text("pack");
        root.Get("description");
        var own = new HashSet<string>(root.Texts("channels").Concat(scores), StringComparer.Ordinal);
        var list = root.List("rules");
        if (list.Count is 0 or > MaxRules) faults.Add(root.Node, $"{list.Count} rules", $"1 to {MaxRules} under 'rules:'");
        var lines = text.Split('\n');
        for (var i = 0; i < list.Count; i++)
        {
            if (YamlMap.AsMap(list[i], faults) is not { } map) continue;
            var last = i + 1 < list.Count ? (int)list[i + 1].Start.Line - 1 : lines.Length;
            var source = string.Join('\n', lines[((int)list[i].Start.Line - 1)..Math.Max(last, (int)list[i].Start.Line)]).TrimEnd();
            rules.Add(Rule(file, map, own, source, rules.Count, faults));
        }

        root.End();
    }

    private CompiledRule Rule(string file, YamlMap map, HashSet<string> own, string source, int index, FaultList faults)
    {
        var id = map.NeedText("id", "a stable id such as A3-battery-thermal");
        var parameters = Parameters(map, id, faults);
        var scope = new Scope(channels, parameters, own);
        var conditions = new ConditionReader(scope, faults);
        var detector = map.Text("detector");
        if (detector is not ("" or "outage")) faults.Add(map.Get("detector")!, $"the detector '{detector}'", "outage");

        var watch = Watch(map, faults);
        var (levels, zoned) = Key(map, faults);
        var type = Type(map, faults);
        var dedupe = map.Map("dedupe");
        var family = dedupe?.Text("family", type) ?? type;
        var window = dedupe is null ? 3_600_000 : conditions.Span(dedupe, "window");
        dedupe?.End();
        if (map.Map("let") is { } lets) conditions.ReadLets(lets);
        var steps = Steps(map, type, conditions, scope, detector.Length > 0, faults);
        var clear = Clear(map, conditions, window);
        var hints = Hints(map, conditions, faults);
        var basis = BasisOf(map, faults);
        var rule = new CompiledRule
        {
            Index = index,
            Id = id,
            Version = map.NeedText("version", "a version such as 1.0.0"),
            Pack = file,
            Type = type,
            Title = Local(map, "title", faults, needed: false) ?? Core.Alerts.AnomalyTypes.TitleOf(type),
            Description = Local(map, "description", faults, needed: true) ?? new LocalText("", ""),
            Owner = map.NeedText("owner", "who answers for the rule"),
            Basis = basis.Zh,
            BasisEn = basis.En,
            Source = source,
            Line = (int)map.Node.Start.Line,
            Hash = Hash(source + "\n" + string.Join('\n', parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + "=" + p.Value))),
            Kinds = watch.Kinds,
            PlaceKinds = watch.Places,
            DeviceAttributes = watch.Attributes,
            Levels = levels,
            Zoned = zoned,
            Family = family,
            WindowMs = window,
            Scope = scope,
            Stateful = conditions.Stateful,
            Lets = conditions.Lets,
            Steps = steps,
            Clear = clear,
            Hints = hints,
            FirstReceivers = Receivers(map, faults) ?? [],
            AutoFile = map.Flag("autoFile"),
            Restricted = map.Flag("restricted"),
            Shadow = map.Flag("shadow"),
            Detector = detector,
        };
        if (!map.Has("firstReceivers")) faults.Add(map.Node, "no 'firstReceivers:'", "the roles told first, such as [PropertyOperator]");
        RuleCheck.Check(map, rule, faults);
        map.End();
        return rule;
    }

    private Dictionary<string, string> Parameters(YamlMap map, string id, FaultList faults)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (map.Map("params") is { } own)
            foreach (var (name, _, value) in own.Entries) parameters[name] = Parameter(own, value, faults);
        overrides.Apply(id, parameters);
        return parameters;
    }

    // A number with an unknown unit would be taken for a text, and the fault told where it is used.
    private static string Parameter(YamlMap map, YamlNode value, FaultList faults)
    {
        var text = map.Scalar(value, "a value such as 60 °C") ?? "";
        if (Units.TryQuantity(text, out _, out var unit) && unit.Length > 0 && (char.IsLetter(unit[0]) || unit[0] is '°' or '%' or '℃') && !Units.TryParse(unit, out _, out _))
            faults.Add(value, $"the unit '{unit}' in '{text}'", Units.Suggest(unit));
        return text;
    }

    // A site may add types of its own; one that differs from a shipped one by a letter is a slip.
    private static string Type(YamlMap map, FaultList faults, string otherwise = "")
    {
        var type = otherwise.Length > 0 ? map.Text("type", otherwise) : map.NeedText("type", "the English id of an anomaly, such as FireSuspected");
        if (type.Length > 0 && map.Has("type") && !Core.Alerts.AnomalyTypes.All.Contains(type) && Spelling.Nearest(type, Core.Alerts.AnomalyTypes.All, most: 2) is { } near)
            faults.Add(map.Get("type")!, $"the type '{type}'", $"did you mean '{near}'?");
        return type;
    }

    private static (HashSet<string> Kinds, List<PlaceKind> Places, Dictionary<string, string> Attributes) Watch(YamlMap map, FaultList faults)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        var places = new List<PlaceKind>();
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (map.Get("watch") is null) faults.Add(map.Node, "no 'watch:'", "watch: {kinds: [chargerPort]} or watch: {kinds: [any]}");
        if (map.Map("watch") is not { } watch) return (kinds, places, attributes);
        foreach (var kind in watch.Texts("kinds"))
        {
            if (string.Equals(kind, "any", StringComparison.Ordinal)) continue;
            if (!DeviceKinds.IsKnown(kind) && Spelling.Nearest(kind, DeviceKinds.All.Select(k => k.Id)) is { } near && near.Length > 0 && !Extra(kind))
                faults.Add(watch.Get("kinds")!, $"the device kind '{kind}'", $"did you mean '{near}'?");
            kinds.Add(kind);
        }

        foreach (var place in watch.Texts("places"))
        {
            if (ConditionReader.TryPlaceKind(place, out var kind)) places.Add(kind);
            else faults.Add(watch.Get("places")!, $"the place kind '{place}'", ConditionReader.PlaceKinds);
        }

        if (watch.Map("attributes") is { } facts)
            foreach (var (name, _, value) in facts.Entries) attributes[name] = facts.Scalar(value, "a text") ?? "";
        watch.End();
        return (kinds, places, attributes);
    }

    // Sources of human reports are no devices of the catalogue but speak like ones.
    private static bool Extra(string kind) => kind is "premisesRegister" or "patrolPoint" or "register" or "patrol" or "hotline";

    private static (List<KeyLevel> Levels, bool Zoned) Key(YamlMap map, FaultList faults)
    {
        var levels = new List<KeyLevel>();
        if (map.Map("key") is not { } key) return ([KeyLevel.OfDevice], false);
        foreach (var level in key.Texts("level"))
        {
            switch (level)
            {
                case "device": levels.Add(KeyLevel.OfDevice); break;
                case "place": levels.Add(KeyLevel.OfPlace); break;
                default:
                    if (ConditionReader.TryPlaceKind(level, out var kind)) levels.Add(new KeyLevel(false, kind));
                    else faults.Add(key.Get("level")!, $"the level '{level}'", "device, place, or " + ConditionReader.PlaceKinds);
                    break;
            }
        }

        if (levels.Count == 0) levels.Add(KeyLevel.OfDevice);
        var zoned = key.Flag("zone");
        key.End();
        return (levels, zoned);
    }

    private static RuleStep[] Steps(YamlMap map, string type, ConditionReader conditions, Scope scope, bool detector, FaultList faults)
    {
        var steps = new List<RuleStep>();
        var list = map.List("steps");
        if (list.Count is 0 or > MaxSteps) faults.Add(map.Node, $"{list.Count} steps", $"1 to {MaxSteps} under 'steps:'");
        foreach (var entry in list)
        {
            if (YamlMap.AsMap(entry, faults) is not { } step) continue;
            var name = step.NeedText("name", "a short name of the step");
            Node when = new Combination(Joining.Any, []);
            if (!detector && step.Need("when", "a condition") is { } condition) when = conditions.Read(condition);
            var severity = step.Need("severity", "P1, P2, P3 or P4") is { } s ? conditions.SeverityOf(s) : Severity.P4;
            steps.Add(new RuleStep(
                name, severity, Type(step, faults, type), when, Confidence(step, scope, faults), Local(step, "title", faults, needed: false),
                new TextTemplate(Local(step, "explain", faults, needed: true) ?? new LocalText("", "")), Commands(step, conditions, faults), Receivers(step, faults),
                step.Has("autoFile") ? step.Flag("autoFile") : null));
            conditions.StepNames.Add(name);
            step.End();
        }

        return [.. steps];
    }

    private static Func<Frame, double> Confidence(YamlMap step, Scope scope, FaultList faults)
    {
        if (step.Get("confidence") is not YamlScalarNode { Value: { } text } node) return _ => 1;
        try
        {
            var value = ExpressionCompiler.Number(text, scope, "").Value;
            if (double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var plain) && plain is not (>= 0 and <= 1)) faults.Add(node, $"a confidence of {text}", "a number from 0 to 1, or an expression such as 0.9 * confidence");
            return value;
        }
        catch (ExpressionException fault)
        {
            faults.Add(node, fault.Found, fault.Allowed, fault.At);
            return _ => 1;
        }
    }

    private static ClearRule Clear(YamlMap map, ConditionReader conditions, long window)
    {
        if (map.Map("clear") is not { } clear) return new ClearRule(null, window);
        var when = clear.Get("when") is { } condition ? conditions.Read(condition) : null;
        var rule = new ClearRule(when, when is null ? conditions.Span(clear, "quiet") : conditions.Span(clear, "for", 0));
        clear.End();
        return rule;
    }

    private static List<Hint> Hints(YamlMap map, ConditionReader conditions, FaultList faults)
    {
        var hints = new List<Hint>();
        foreach (var entry in map.List("hints"))
        {
            if (YamlMap.AsMap(entry, faults) is not { } hint) continue;
            var when = hint.Need("when", "a condition") is { } condition ? conditions.Read(condition) : new Combination(Joining.Any, []);
            hints.Add(new Hint(when, new LocalText(hint.NeedText("zh", "the remark in Chinese"), hint.NeedText("en", "the remark in English"))));
            hint.End();
        }

        if (hints.Count > MaxSteps) faults.Add(map.Get("hints")!, $"{hints.Count} hints", $"at most {MaxSteps}");
        return hints;
    }

    private static List<CommandTemplate> Commands(YamlMap step, ConditionReader conditions, FaultList faults)
    {
        var commands = new List<CommandTemplate>();
        foreach (var entry in step.List("commands"))
        {
            if (YamlMap.AsMap(entry, faults) is not { } command) continue;
            var to = command.Text("to", "device");
            if (!Enum.TryParse<CommandTarget>(to, ignoreCase: true, out var target)) faults.Add(entry, $"to: {to}", "device, row or level");
            Dictionary<string, string>? arguments = null;
            if (command.Map("args") is { } args) arguments = args.Entries.ToDictionary(e => e.Name, e => (e.Value as YamlScalarNode)?.Value ?? "", StringComparer.Ordinal);
            var kind = command.Text("kind");
            if (target != CommandTarget.Device && kind.Length == 0) faults.Add(entry, $"to: {to} without 'kind:'", "the kind of the devices that shall obey");
            commands.Add(new CommandTemplate(command.NeedText("name", "what to do, such as cut"), target, kind, conditions.LevelOf(command), arguments));
            command.End();
        }

        return commands;
    }

    private static List<string>? Receivers(YamlMap map, FaultList faults)
    {
        if (map.Get("firstReceivers") is not { } node) return null;
        var roles = map.Texts("firstReceivers");
        foreach (var role in roles)
            if (!Core.Ports.Roles.All.Contains(role, StringComparer.Ordinal))
                faults.Add(node, $"the role '{role}'", Spelling.Nearest(role, Core.Ports.Roles.All) is { } near ? $"did you mean '{near}'?" : "one of " + string.Join(", ", Core.Ports.Roles.All));
        return [.. roles];
    }

    // The number of a standard reads the same in both languages; a law by name does not.
    private static LocalText BasisOf(YamlMap map, FaultList faults)
    {
        if (map.Get("basis") is YamlMappingNode) return Local(map, "basis", faults, needed: true) ?? default;
        var text = map.NeedText("basis", "the law, standard or source it rests on, or {zh: …, en: …}");
        return new LocalText(text, text);
    }

    private static LocalText? Local(YamlMap map, string name, FaultList faults, bool needed)
    {
        if (map.Get(name) is not { } value)
        {
            if (needed) faults.Add(map.Node, $"no '{name}:'", $"{name}: {{zh: …, en: …}}");
            return null;
        }

        if (YamlMap.AsMap(value, faults, $"both languages: {name}: {{zh: …, en: …}}") is not { } texts) return null;
        var text = new LocalText(texts.NeedText("zh", "the text in Chinese"), texts.NeedText("en", "the text in English"));
        texts.End();
        return text;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
