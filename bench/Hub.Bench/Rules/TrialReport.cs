using Hub.Simulators.Engine;

namespace Hub.Bench.Rules;

/// <summary>One alert of a rule on trial, or of one that rests on a detector.</summary>
internal sealed record Lead(string Rule, string Type, string Key, string Place, string Device, long AtMs, string Words);

/// <summary>How many alerts of each rule on trial were about something true, and whether the others stay within a budget.</summary>
/// <remarks>
/// An alert is right when a line of truth of its type (or, for a rule that only says "odd", of any type) has its place within that of the alert or the other way round, and the alert lies
/// between three minutes before its beginning and an hour after its end; for what adds nights up, the noon after it.
/// </remarks>
internal static class TrialReport
{
    private const double DaysOfMonth = 30;
    private const long EarlyMs = 180_000;
    private const long LateMs = 3_600_000;
    private const long NextNoonMs = 18 * LateMs;

    /// <summary>Rules in force that are reported beside those on trial.</summary>
    public static readonly HashSet<string> Watched = new(StringComparer.Ordinal)
    {
        "A1-flying-wire-evidence", "D-sensor-fault", "D-clock-off", "A16-lost-together", "A4-no-taper", "A1-line-nights",
    };

    // A rule that says only that something is odd is right when anything was.
    private static readonly HashSet<string> anything = new(StringComparer.Ordinal) { "UnusualReading" };

    // What adds nights up speaks at noon.
    private static readonly HashSet<string> slow = new(StringComparer.Ordinal) { "A1-line-nights" };

    public static void Print(IReadOnlyList<Lead> leads, IReadOnlyList<Truth> truths, int days, bool detail)
    {
        Console.WriteLine("rule on trial | alerts | right | wrong | precision | keys | wrong a key with one and 30 days");
        foreach (var rule in leads.GroupBy(l => l.Rule, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var right = rule.Count(l => truths.Any(t => Answers(t, l)));
            var (all, keys) = (rule.Count(), rule.Select(l => l.Key).Distinct(StringComparer.Ordinal).Count());
            Console.WriteLine($"{rule.Key} | {all} | {right} | {all - right} | {right / (double)all:P0} | {keys} | {(all - right) / (double)keys / days * DaysOfMonth:F2}");
            if (!detail) continue;
            foreach (var lead in rule.Where(l => !truths.Any(t => Answers(t, l))))
                Console.WriteLine($"  wrong {lead.Rule} {DateTimeOffset.FromUnixTimeMilliseconds(lead.AtMs).ToOffset(TimeSpan.FromHours(8)):MM-dd HH:mm} {lead.Device} {lead.Words}");
        }
    }

    private static bool Answers(Truth truth, Lead lead) =>
        truth.Expected != "none" && (truth.Type == lead.Type || (truth.Type == "BatteryThermal" && lead.Rule == "A4-charge-course") || anything.Contains(lead.Type) || (truth.Type == "FireConfirmed" && lead.Type == "FireSuspected"))
        && lead.AtMs >= truth.From - EarlyMs && lead.AtMs <= Math.Max(truth.To, truth.Due) + (slow.Contains(lead.Rule) ? NextNoonMs : LateMs) && (Within(truth.Place, lead.Place) || Within(lead.Place, truth.Place));

    private static bool Within(string inner, string outer) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || (outer.Length > 0 && inner[outer.Length] == '/'));
}
