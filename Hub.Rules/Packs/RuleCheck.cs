using Hub.Rules.Operators;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>What can only be said of a rule as a whole: it is asked at all, its texts can be filled, its clear limit lies on the right side.</summary>
internal static class RuleCheck
{
    public static void Check(YamlMap map, CompiledRule rule, FaultList faults)
    {
        var steps = map.List("steps").OfType<YamlMappingNode>().Select(s => new YamlMap(s, faults)).ToArray();
        for (var i = 0; i < rule.Steps.Length; i++)
        {
            Placeholders(steps[i], rule.Steps[i], rule, faults);
            var name = rule.Steps[i].Name;
            if (name.Length > 0 && rule.Steps.Take(i).Any(s => string.Equals(s.Name, name, StringComparison.Ordinal))) faults.Add(steps[i].Get("name")!, $"a second step '{name}'", "a name once in a rule");
        }

        if (rule.Detector.Length > 0 || rule.Steps.Length == 0 || faults.Count > 0) return;
        if (rule.Scope.Channels.Count == 0 && rule.Scope.Events.Count == 0 && !rule.Scope.AsksLosses && rule.Scope.AsksRaised.Count == 0)
            faults.Add(steps[0].Get("when")!, "a rule that names no channel and no event", "at least one of them: a rule is asked only when a message brings something it names");
        Hysteresis(map, rule, faults);
    }

    private static void Placeholders(YamlMap map, RuleStep step, CompiledRule rule, FaultList faults)
    {
        foreach (var name in step.Explain.Names)
        {
            if (TextTemplate.Facts.Contains(name, StringComparer.Ordinal) || rule.Lets.ContainsKey(name) || TextTemplate.Named(name, rule.Lets) is not null || rule.Scope.Local(name) >= 0) continue;
            if (name[0] == '$' && rule.Scope.Parameters.ContainsKey(name[1..])) continue;
            var known = TextTemplate.Facts.Concat(rule.Lets.Keys).Concat(rule.Scope.Parameters.Keys.Select(p => "$" + p)).Concat(rule.Scope.Channels.Select(c => c.Name));
            faults.Add(map.Get("explain") ?? map.Node, $"the placeholder '{{{name}}}' in step '{step.Name}'", Spelling.Nearest(name, known) is { } near
                ? $"did you mean '{{{near}}}'?" : "a channel, a condition named under 'let:' (or its .terms), a $parameter, or one of " + string.Join(", ", TextTemplate.Facts));
        }
    }

    // "Raise at 40, clear below 60" would clear what it has just raised, for ever in turn. Only plain limits of one channel are judged;
    // a rule that also asks for a rate may well clear above its lowest limit.
    private static void Hysteresis(YamlMap map, CompiledRule rule, FaultList faults)
    {
        if (rule.Clear.When is not Leaf clear || clear.Shown.ToArray() is not [var calm] || double.IsNaN(calm.Limit)) return;
        var raising = rule.Steps.SelectMany(s => s.When.Shown).ToArray();
        if (raising.Any(r => r.Left.Contains('(', StringComparison.Ordinal))) return;
        var limits = raising.Where(r => string.Equals(r.Left, calm.Left, StringComparison.Ordinal) && string.Equals(r.Unit, calm.Unit, StringComparison.Ordinal) && r.Operator[0] == Opposite(calm.Operator)).Select(r => r.Limit).ToArray();
        if (limits.Length == 0 || limits.Any(double.IsNaN)) return;
        var (least, greatest) = (limits.Min(), limits.Max());
        if (calm.Operator[0] == '<' ? calm.Limit > greatest : calm.Limit < least)
            faults.Add(map.Map("clear")!.Get("when")!, $"cleared at {calm.Left} {calm.Operator} {TextTemplate.Number(calm.Limit)} {calm.Unit}".TrimEnd(), $"a limit on the calm side of every step's, such as {TextTemplate.Number(calm.Operator[0] == '<' ? least : greatest)} {calm.Unit}".TrimEnd());
    }

    private static char Opposite(string op) => op[0] == '<' ? '>' : op[0] == '>' ? '<' : ' ';
}
