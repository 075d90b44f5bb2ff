using Hub.Core;
using Hub.Rules.Packs;

namespace Hub.Rules.Safety;

/// <summary>
/// Proves over a whole set of rules that no combination of anything can mute a P1 of smoke, heat, gas or a call for help.
/// </summary>
/// <remarks>
/// Two halves. Here: for each <see cref="Signal"/> and each kind of device it may come from there is a rule in service, for every place, with a P1 step
/// whose condition is true in <b>every</b> world with that message: at any hour, whatever other devices said, whatever is open, held back or away, whatever
/// the rule remembers. In the engine: suppressions, the guards against flapping and flooding, and the limits on keys are asked after the conditions, and
/// never about P1 (<see cref="Engine.SuppressionList.Passes"/>); late messages are judged by P1 steps too.
/// </remarks>
internal static class SafetyProof
{
    /// <summary>What could not be proven, one fault a signal and kind; empty when all is.</summary>
    public static IReadOnlyList<RulePackFault> Gaps(IReadOnlyList<CompiledRule> rules)
    {
        var gaps = new List<RulePackFault>();
        foreach (var signal in Signal.All)
        {
            foreach (var kind in signal.Kinds)
            {
                var probe = new Probe(kind, signal, signal.EventType is "smoke" or "flame" && kind.EndsWith("Camera", StringComparison.Ordinal) ? Signal.Sure : 1);
                if (!rules.Any(rule => Fires(rule, probe))) gaps.Add(Gap(rules, probe));
            }
        }

        return gaps;
    }

    private static bool Fires(CompiledRule rule, Probe probe) => Obstacle(rule, probe) is null;

    // Why a rule does not prove a signal; null when it does.
    private static string? Obstacle(CompiledRule rule, Probe probe)
    {
        if (rule.Detector.Length > 0 || !rule.LifeSafety) return "it has no P1 step";
        if (!rule.Watches(probe.Kind)) return $"it does not watch {probe.Kind}";
        if (rule.PlaceKinds.Count > 0) return "'places:' leaves places out";
        if (rule.DeviceAttributes.Count > 0) return "'attributes:' leaves devices out";
        if (rule.Shadow) return "it is on trial ('shadow: true')";
        foreach (var step in rule.Steps)
            if (step.Severity == Severity.P1 && step.When.Proven(probe) == Certainty.Always) return null;
        return "no P1 step is true of this message alone";
    }

    // Names the rule that comes nearest, for that is the one to mend.
    private static RulePackFault Gap(IReadOnlyList<CompiledRule> rules, Probe probe)
    {
        var near = rules.Where(r => r.LifeSafety && r.Watches(probe.Kind) && (probe.Signal.EventType is { } type ? r.Scope.Events.Contains(type) : r.Scope.Channels.Any(c => string.Equals(c.Name, probe.Signal.Channel, StringComparison.Ordinal)))).ToList();
        var why = near.Count == 0 ? "no rule with a P1 step looks at it" : string.Join("; ", near.Select(r => $"{r.Id}: {Obstacle(r, probe)}"));
        return new RulePackFault(
            near.Count == 0 ? "rules" : near[0].Pack, near.Count == 0 ? 0 : near[0].Line, 1, $"a message that could be muted: {probe.Kind}, {probe.Signal.Words} ({probe.Signal.Name.En}): {why}",
            "a rule for all places, in service, with a P1 step that this message alone makes true, at any time and whatever else is known");
    }
}
