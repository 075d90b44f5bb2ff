using System.Globalization;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Inactivity;

/// <summary>
/// A person living alone from whom nothing is heard. Score: surprise of the silence, nats: what each silent hour is worth at that hour of the day, and how few earlier
/// days were as silent at the same hours. It grows while nothing happens and falls back to 0 with the next activity.
/// </summary>
/// <remarks>
/// The threshold follows a budget of false alarms, from the silences this home got over and, in the first weeks, from those of other homes.
/// After the entrance door and ten minutes without anything inside, the resident has presumably gone out: the silence then counts for a third, never for nothing.
/// State 0.7 KB a home.
/// </remarks>
internal sealed class InactivityDetector : Detector
{
    private const long HourMs = 3_600_000;
    private const long AwayAfterMs = 600_000;
    private const long EpisodeMs = 1_800_000;
    private const long LongestHours = 14 * 24;
    private static readonly string[] channels = ["activity", "entrance"];

    private readonly InactivitySettings settings;
    private readonly DayBook book;
    private readonly AlarmBudget budget;
    private long firstMs = long.MinValue;
    private RowClock clock;
    private long activeMs = long.MinValue;
    private long entranceMs = long.MinValue;
    private long crossedMs = long.MinValue;
    private long endedMs = long.MinValue;
    private double endedScore;
    private double score;
    private double threshold;

    public InactivityDetector(InactivitySettings? settings = null)
    {
        this.settings = settings ?? InactivitySettings.Default;
        book = new DayBook(this.settings);
        budget = new AlarmBudget(0.5, this.settings.ClassWeeks, this.settings.ClassRate, this.settings.ClassScale);
        threshold = budget.Threshold(this.settings.Budget);
    }

    public override ReadOnlySpan<string> Channels => channels;

    /// <summary>A row says what happened at its time; the score is that of the silence it ends. A row without a value only tells the time.</summary>
    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        var order = clock.Take(atMs);
        if (order == RowOrder.Late) return Now(false);
        if (order == RowOrder.Restarted) SetBack(atMs);
        var finding = Reach(atMs);
        var entrance = values.Length > 1 && values[1] > 0;
        if (values[0] > 0 || entrance) Stir(atMs, entrance);
        return finding;
    }

    public override Finding Advance(long nowMs)
    {
        return nowMs < clock.NewestMs || clock.Take(nowMs) == RowOrder.Late ? Now(false) : Reach(nowMs);
    }

    private Finding Reach(long nowMs)
    {
        if (firstMs == long.MinValue) firstMs = nowMs;
        if (activeMs == long.MinValue) return Now(false);
        score = Math.Round(Surprise(nowMs), 4);
        if (Learning || score < threshold || crossedMs != long.MinValue) return Now(false);
        crossedMs = nowMs;
        return Now(true);
    }

    public override string Explain()
    {
        if (activeMs == long.MinValue) return "no activity yet";
        if (!Learning && clock.NewestMs == activeMs && endedMs != long.MinValue)
            return string.Create(CultureInfo.InvariantCulture, $"activity again after {(activeMs - endedMs) / (double)HourMs:0.0} h; the surprise had grown to {endedScore:0.0} (alarm at {threshold:0.0})");
        var since = DateTimeOffset.FromUnixTimeMilliseconds(activeMs);
        var (_, days, silent) = Days(clock.NewestMs);
        var away = Away ? ", presumably gone out" : "";
        return Learning
            ? string.Create(CultureInfo.InvariantCulture, $"learning: {(clock.NewestMs - firstMs) / (24.0 * HourMs):0.0} of {settings.SilentDays} days")
            : string.Create(CultureInfo.InvariantCulture, $"no activity since {since:ddd HH:mm} ({(clock.NewestMs - activeMs) / (double)HourMs:0.0} h){away}; {silent} of {days} days were as silent at these hours; surprise {score:0.0} of {threshold:0.0}");
    }

    private bool Learning => clock.NewestMs - firstMs < settings.SilentDays * 24 * HourMs;

    private bool Away => entranceMs != long.MinValue && entranceMs == activeMs && clock.NewestMs - entranceMs >= AwayAfterMs;

    // The clock of the source stood ahead and was put right: what it said of times to come is forgotten.
    private void SetBack(long atMs)
    {
        firstMs = Math.Min(firstMs, atMs);
        if (activeMs > atMs) activeMs = atMs;
        if (entranceMs > atMs) entranceMs = atMs;
        crossedMs = long.MinValue;
    }

    private void Stir(long atMs, bool entrance)
    {
        if (activeMs != long.MinValue)
        {
            budget.Watched(atMs - activeMs);
            if (atMs - activeMs >= EpisodeMs)
            {
                budget.Peak(score);
                threshold = Math.Round(budget.Threshold(settings.Budget), 4);
            }
        }

        endedMs = activeMs;
        endedScore = score;
        book.Note(Hour(atMs));
        activeMs = atMs;
        if (entrance) entranceMs = atMs;
        crossedMs = long.MinValue;
        score = 0;
    }

    private double Surprise(long nowMs)
    {
        var began = Hour(activeMs);
        var now = Math.Min(Hour(nowMs), began + LongestHours);
        var sum = 0.0;
        for (var hour = began; hour <= now; hour++)
        {
            var from = Math.Max(activeMs, hour * HourMs);
            var to = Math.Min(nowMs, (hour + 1) * HourMs);
            if (to > from) sum += (to - from) / (double)HourMs * book.OfSilence(hour);
        }

        sum += settings.DaysWeight * Days(nowMs).Surprise;
        return Away ? settings.AwayShare * sum : sum;
    }

    private (double Surprise, int Days, int Silent) Days(long nowMs) => book.OfDays(Hour(activeMs) + 1, Math.Min(Hour(nowMs), Hour(activeMs) + LongestHours), Hour(activeMs));

    private static long Hour(long ms) => (long)Math.Floor(ms / (double)HourMs);

    private Finding Now(bool alarm) => Learning ? new Finding(0, threshold, false) : new Finding(score, threshold, alarm);

    internal override void Save(StateWriter state)
    {
        foreach (var ms in (ReadOnlySpan<long>)[firstMs, activeMs, entranceMs, crossedMs, endedMs]) state.Long(ms);
        clock.Save(state);
        state.Double(endedScore);
        state.Double(score);
        state.Double(threshold);
        book.Save(state);
        budget.Save(state);
    }

    internal override void Restore(ref StateReader state)
    {
        firstMs = state.Long();
        activeMs = state.Long();
        entranceMs = state.Long();
        crossedMs = state.Long();
        endedMs = state.Long();
        clock.Restore(ref state);
        endedScore = state.Double();
        score = state.Double();
        threshold = state.Double();
        book.Restore(ref state);
        budget.Restore(ref state);
    }
}
