using System.Globalization;
using Hub.Core;

namespace Hub.Cases.Limits;

/// <summary>A limit as it applies to one case from one instant on.</summary>
/// <param name="Phase"><c>acknowledge</c>, <c>onSite</c>, <c>handle</c>, <c>verify</c>; empty when no limit runs.</param>
/// <param name="StartMs">Start.</param>
/// <param name="DueAtMs">End; 0 when none.</param>
/// <param name="EscalateAtMs">When it goes one level up, in order.</param>
internal readonly record struct RunningLimit(string Phase, long StartMs, long DueAtMs, IReadOnlyList<long> EscalateAtMs)
{
    public static readonly RunningLimit None = new("", 0, 0, []);
}

/// <summary>A suspicion that counts as confirmed when nobody answers.</summary>
internal sealed record Unanswered(string Type, string Becomes, long AfterMs, string Inform);

/// <summary>Time limits as data: (type, grid, severity, phase) → limit and escalation.</summary>
internal sealed class LimitTable
{
    private static readonly string[] phases = ["acknowledge", "onSite", "handle", "verify"];

    private readonly WorkCalendar calendar;
    private readonly Dictionary<(Severity, string), Entry> bySeverity = [];
    private readonly List<(ExceptionEntry Where, Entry Limit)> exceptions = [];
    private readonly (TimeSpan From, TimeSpan To) night;

    public LimitTable(LimitsFile file, WorkCalendar calendar)
    {
        this.calendar = calendar;
        Version = file.Version;
        Ladder = file.Ladder;
        ReworkShare = file.ReworkShare is > 0 and <= 1 ? file.ReworkShare : throw new CasePolicyException($"limits.yaml: reworkShare is {file.ReworkShare}; expected above 0, at most 1");
        RecurrenceMs = LimitSpan.Parse(file.Recurrence, calendar).Amount;
        night = WorkCalendar.ParseSpan(file.Night);
        Unanswered = [.. file.Unanswered.Select(u => new Unanswered(u.Type, u.Becomes, LimitSpan.Parse(u.After, calendar).Amount, u.Inform))];
        foreach (var (name, entries) in file.Severities)
            foreach (var (phase, entry) in entries)
                bySeverity[(SeverityOf(name), PhaseOf(phase))] = Read(entry);
        foreach (var e in file.Exceptions)
        {
            PhaseOf(e.Phase);
            if (e.Severity.Length > 0) SeverityOf(e.Severity);
            exceptions.Add((e, Read(e)));
        }
    }

    public string Version { get; }

    /// <summary>Roles told at each level of escalation; the last stays in charge.</summary>
    public IReadOnlyList<string> Ladder { get; }

    public double ReworkShare { get; }

    public long RecurrenceMs { get; }

    public IReadOnlyList<Unanswered> Unanswered { get; }

    /// <summary>The limit of a phase that starts at <paramref name="startMs"/>; no limit when the table has none.</summary>
    /// <param name="type">Anomaly type.</param>
    /// <param name="severity">How bad.</param>
    /// <param name="inGrid">Whether the case lies in the grid of that code.</param>
    /// <param name="phase">Phase.</param>
    /// <param name="startMs">Start.</param>
    /// <param name="share">Share of the limit, 1 for all of it.</param>
    public RunningLimit For(string type, Severity severity, Func<string, bool> inGrid, string phase, long startMs, double share = 1)
    {
        if (Find(type, severity, inGrid, phase) is not { } entry) return RunningLimit.None;
        var span = entry.Night is { } nightly && IsNight(startMs) ? nightly : entry.Limit;
        var escalate = new long[entry.Escalate.Count];
        for (var i = 0; i < escalate.Length; i++)
            escalate[i] = entry.Escalate[i].Share is { } part ? span.From(startMs, part * share, calendar) : entry.Escalate[i].After!.Value.From(startMs, share, calendar);
        return new RunningLimit(phase, startMs, span.From(startMs, share, calendar), escalate);
    }

    /// <summary>Role told when a case reaches this level (from 1).</summary>
    public string RoleAt(int level) => Ladder.Count == 0 ? "" : Ladder[Math.Clamp(level, 1, Ladder.Count) - 1];

    private Entry? Find(string type, Severity severity, Func<string, bool> inGrid, string phase)
    {
        foreach (var (where, limit) in exceptions)
        {
            if (where.Phase != phase) continue;
            if (where.Type.Length > 0 && where.Type != type) continue;
            if (where.Severity.Length > 0 && where.Severity != severity.ToString()) continue;
            if (where.Grid.Length > 0 && !inGrid(where.Grid)) continue;
            return limit;
        }

        return bySeverity.GetValueOrDefault((severity, phase));
    }

    private bool IsNight(long ms)
    {
        var time = calendar.Local(ms).TimeOfDay;
        return night.From <= night.To ? time >= night.From && time < night.To : time >= night.From || time < night.To;
    }

    private Entry Read(LimitEntry e) => new(
        LimitSpan.Parse(e.Limit, calendar),
        e.NightLimit.Length == 0 ? null : LimitSpan.Parse(e.NightLimit, calendar),
        [.. e.Escalate.Select(ReadEscalation)]);

    private Escalation ReadEscalation(string text)
    {
        if (!text.EndsWith('%')) return new(null, LimitSpan.Parse(text, calendar));
        return double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 10_000
            ? new(percent / 100, null)
            : throw new CasePolicyException($"limits.yaml: escalation '{text}' cannot be read; expected a percentage above 0, or a time such as 60 s");
    }

    private static string PhaseOf(string text) =>
        phases.Contains(text) ? text : throw new CasePolicyException($"limits.yaml: phase '{text}' is unknown; expected {string.Join(", ", phases)}");

    internal static Severity SeverityOf(string text) =>
        Enum.TryParse<Severity>(text, out var value) && Enum.IsDefined(value) && text[0] == 'P' ? value : throw new CasePolicyException($"severity '{text}' is unknown; expected P1, P2, P3 or P4");

    private sealed record Entry(LimitSpan Limit, LimitSpan? Night, IReadOnlyList<Escalation> Escalate);

    private readonly record struct Escalation(double? Share, LimitSpan? After);
}
