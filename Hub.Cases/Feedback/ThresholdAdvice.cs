using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Cases.Feedback;

/// <summary>A limit of a rule as a number, so that advice can move it.</summary>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Value">Its value.</param>
/// <param name="Unit">Its unit, as the pack writes it.</param>
public sealed record RuleLimit(string Name, double Value, string Unit);

/// <summary>Advice to move one parameter of a rule. A guess from the figures of the cases, worth nothing before a trial on the past.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Kind"><c>threshold</c> or <c>deadBand</c>.</param>
/// <param name="Limit">The parameter as it is.</param>
/// <param name="To">The value advised, in the same unit.</param>
/// <param name="Avoids">Dismissed cases (or quick repetitions) the figures say it avoids.</param>
/// <param name="Of">Of so many.</param>
/// <param name="Channel">Channel whose figures it rests on.</param>
public sealed record LimitAdvice(string Rule, string Kind, RuleLimit Limit, double To, int Avoids, int Of, string Channel);

/// <summary>Looks for a value of a threshold that the dismissed cases did not reach and every confirmed one did.</summary>
public static class ThresholdAdvice
{
    private const int LeastDismissed = 3;
    private const int LeastAgain = 3;
    private const double DeadBandWider = 1.5;

    /// <summary>Advice for one rule.</summary>
    /// <param name="rule">Id of the rule.</param>
    /// <param name="limits">Its numeric parameters.</param>
    /// <param name="cases">Its cases with what people said.</param>
    /// <param name="again">How many were repetitions within an hour.</param>
    public static IReadOnlyList<LimitAdvice> For(string rule, IReadOnlyList<RuleLimit> limits, IReadOnlyCollection<(GridCase Case, Verdict Verdict)> cases, int again)
    {
        var advice = new List<LimitAdvice>();
        foreach (var limit in limits)
            if (Threshold(rule, limit, cases) is { } found) advice.Add(found);
        if (again >= LeastAgain && DeadBand(rule, limits, cases, again) is { } wider) advice.Add(wider);
        return [.. advice.OrderByDescending(a => a.Avoids)];
    }

    private static LimitAdvice? Threshold(string rule, RuleLimit limit, IReadOnlyCollection<(GridCase Case, Verdict Verdict)> cases)
    {
        // The furthest each case came beyond the threshold, of the channel that was compared with this very number.
        foreach (var against in Compared(cases, limit).GroupBy(i => (i.Channel, Up: i.Comparison[0] == '>')))
        {
            var up = against.Key.Up;
            double Furthest(GridCase c)
            {
                var values = c.Inputs.Where(i => i.Channel == against.Key.Channel && IsOf(i, limit)).Select(i => i.Value).ToList();
                return values.Count == 0 ? double.NaN : up ? values.Max() : values.Min();
            }

            var dismissed = cases.Where(c => c.Verdict == Verdict.Dismissed).Select(c => Furthest(c.Case)).Where(double.IsFinite).Order().ToList();
            var confirmed = cases.Where(c => c.Verdict == Verdict.Confirmed).Select(c => Furthest(c.Case)).Where(double.IsFinite).Order().ToList();
            if (dismissed.Count < LeastDismissed || confirmed.Count == 0) continue;
            var keep = up ? confirmed[0] : confirmed[^1]; // every confirmed case must still be found
            var avoided = dismissed.Where(v => up ? v < keep : v > keep).ToList();
            if (avoided.Count == 0) continue;
            var nearest = up ? avoided[^1] : avoided[0];
            var to = Round((nearest + keep) / 2, limit.Value, keep, up);
            if (up ? to > limit.Value && to <= keep : to < limit.Value && to >= keep) return new LimitAdvice(rule, "threshold", limit, to, avoided.Count, dismissed.Count, against.Key.Channel);
        }

        return null;
    }

    // A case that comes back within the hour was cleared too soon: the clear limit moves away from the one that raises.
    private static LimitAdvice? DeadBand(string rule, IReadOnlyList<RuleLimit> limits, IReadOnlyCollection<(GridCase Case, Verdict Verdict)> cases, int again)
    {
        if (limits.FirstOrDefault(l => l.Name.Contains("clear", StringComparison.OrdinalIgnoreCase)) is not { } clear) return null;
        foreach (var raise in limits.Where(l => l.Unit == clear.Unit && l.Name != clear.Name).OrderBy(l => Math.Abs(l.Value - clear.Value)))
        {
            if (Compared(cases, raise).FirstOrDefault() is not { } input) continue;
            var to = Math.Round(raise.Value - ((raise.Value - clear.Value) * DeadBandWider), 3);
            return to == clear.Value ? null : new LimitAdvice(rule, "deadBand", clear, to, again, cases.Count, input.Channel);
        }

        return null;
    }

    private static IEnumerable<AlertInput> Compared(IEnumerable<(GridCase Case, Verdict Verdict)> cases, RuleLimit limit) => cases.SelectMany(c => c.Case.Inputs).Where(i => IsOf(i, limit));

    private static bool IsOf(AlertInput input, RuleLimit limit) =>
        input.Threshold is { } t && Math.Abs(t - limit.Value) <= 1e-3 * Math.Max(1, Math.Abs(limit.Value)) && input.Comparison.Length > 0 && input.Comparison[0] is '>' or '<' && input.Unit == limit.Unit;

    // As few digits as still lie beyond the old limit and not beyond what must be kept.
    private static double Round(double value, double old, double keep, bool up)
    {
        for (var digits = 0; digits <= 3; digits++)
        {
            var rounded = Math.Round(value, digits);
            if (up ? rounded > old && rounded <= keep : rounded < old && rounded >= keep) return rounded;
        }

        return value;
    }
}
