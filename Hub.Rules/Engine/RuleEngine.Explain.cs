using System.Globalization;
using Hub.Core.Ports;
using Hub.Rules.Engine;
using Hub.Rules.Operators;

namespace Hub.Rules;

/// <summary>Says how rules came to their answers: all alerts, all that was held back, a sample of the rest, and on request every answer about one device.</summary>
public sealed partial class RuleEngine
{
    // A silent device is spoken of by ticks alone; between changes it is enough to hear of it twice a minute.
    private const long OutageAnswerMs = 30_000;

    private (KeyState? Key, long Position, string Outcome) noted;
    private (string Outcome, long AtMs) outageAnswered = ("", long.MinValue / 2);

    /// <summary>Wants every answer of one rule about one device; null for nothing. For judging the past again, not for the live road.</summary>
    public RuleQuestion? Asked { get; init; }

    /// <summary>Why a rule never asks a device; empty when it does, null when there is no such rule.</summary>
    public string? NotWatched(string ruleId, Core.Devices.Device device)
    {
        if (book.Compiled.FirstOrDefault(r => string.Equals(r.Id, ruleId, StringComparison.Ordinal)) is not { } rule) return null;
        if (!rule.Watches(device.Kind.Id)) return $"it is of kind '{device.Kind.Id}', the rule watches {string.Join(", ", rule.Kinds.Order(StringComparer.Ordinal))}";
        if (rule.PlaceKinds.Count > 0 && !rule.PlaceKinds.Contains(device.Place.Kind)) return $"its place is a {device.Place.Kind}, the rule watches {string.Join(", ", rule.PlaceKinds)}";
        return rule.Watches(StateOf(device)) ? "" : $"its attributes are not {string.Join(", ", rule.DeviceAttributes.Select(a => $"{a.Key}: {a.Value}"))}";
    }

    private void Note(KeyState key, string outcome, string detail, bool alert)
    {
        noted = (key, maker.Position, outcome);
        key.Rule.Ledger.Note(TraceOf(key, outcome, detail, StepsOf(key, out _)), alert);
    }

    private void TraceRejection(KeyState key)
    {
        tracedMs[key.Rule.Index] = world.NowMs;
        var steps = StepsOf(key, out var onTheWay);
        key.Rule.Ledger.Note(TraceOf(key, onTheWay ? "held" : "false", Words(steps), steps), alert: false);
    }

    private void Answer(KeyState key, ulong holding, bool wasOpen)
    {
        if (!string.Equals(key.Rule.Id, Asked!.Rule, StringComparison.Ordinal)) return;
        if (frame.Device is { } device ? !ReferenceEquals(device.Device, Asked.Device) : !World.Within(Asked.Device.Place.Id, key.PlaceId)) return;
        var steps = StepsOf(key, out var onTheWay);
        var outcome = ReferenceEquals(noted.Key, key) && noted.Position == maker.Position ? noted.Outcome
            : key.HeldBy is not null ? "suppressed"
            : key.Open ? holding != 0 ? "open" : "clearing"
            : wasOpen ? "cleared"
            : onTheWay ? "held" : "false";
        noted = default;
        Asked.Take(TraceOf(key, outcome, Words(steps), steps), frame.Seen?.ArrivalMs ?? frame.NowMs);
    }

    // The watch over silent devices is no tree of conditions that a pack wrote, but it has one to tell.
    private void AnswerOutage(long arrivalMs, bool spoke)
    {
        if (Asked is null || !string.Equals(Asked.Rule, outage.RuleId, StringComparison.Ordinal)) return;
        var trace = outage.Answer(StateOf(Asked.Device), arrivalMs);
        var (before, now) = (outageAnswered.Outcome, trace.Outcome);
        var changed = !string.Equals(before, now, StringComparison.Ordinal);
        if (!changed && !spoke && arrivalMs - outageAnswered.AtMs < OutageAnswerMs) return;
        outageAnswered = (now, arrivalMs);
        if (changed && before is "held" && now is "open") trace = trace with { Outcome = "raised" };
        if (changed && before is "open" && now is "false") trace = trace with { Outcome = "cleared" };
        Asked.Take(trace, arrivalMs);
    }

    private RuleTrace TraceOf(KeyState key, string outcome, string detail, IReadOnlyList<TraceStep> steps) =>
        new(frame.NowMs, key.Rule.Version, frame.Device?.Device.Id ?? "", key.PlaceId, outcome, detail) { Zone = key.Zone ?? "", HeldBy = key.HeldBy ?? "", Steps = steps };

    private List<TraceStep> StepsOf(KeyState key, out bool onTheWay)
    {
        var steps = new List<TraceStep>(key.Rule.Steps.Length);
        onTheWay = false;
        foreach (var step in key.Rule.Steps)
        {
            var telling = new Telling();
            step.When.Tell(frame, telling);
            onTheWay |= telling.OnTheWay;
            steps.Add(new TraceStep(step.Name, step.Severity, step.When.IsTrue(frame), telling.Parts));
        }

        return steps;
    }

    // One line for logs and lists: the clocks and comparisons of the first step.
    internal static string Words(IReadOnlyList<TraceStep> steps) =>
        steps.Count == 0 ? "" : string.Join(", ", steps[0].Parts.Where(p => p.Comparison.Length > 0).Take(8).Select(p => string.Create(
            CultureInfo.InvariantCulture,
            $"{(string.Equals(p.Kind, "value", StringComparison.Ordinal) ? p.Text : p.Kind)} {p.Has?.ToString("0.###", CultureInfo.InvariantCulture) ?? "unknown"} (wants {p.Comparison} {p.Wants?.ToString("0.###", CultureInfo.InvariantCulture) ?? "unknown"}{(p.Unit.Length > 0 ? " " + p.Unit : "")})")));
}

/// <summary>A wish to hear every answer of one rule about one device.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Device">The device.</param>
/// <param name="Take">Receives each answer with the arrival of its record, milliseconds since 1970-01-01 UTC.</param>
public sealed record RuleQuestion(string Rule, Core.Devices.Device Device, Action<RuleTrace, long> Take);
