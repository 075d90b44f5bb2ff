using System.Globalization;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Inactivity;

/// <summary>
/// A person living alone from whom nothing is heard. Score: -ln of how many silences a week, begun at this hour of the day, are expected to last as long; nats.
/// It grows while nothing happens and falls back to 0 with the next activity. Silences under two hours score 0.
/// </summary>
/// <remarks>
/// The threshold is the score of the longest silence allowed for the hour in which it began (<see cref="SilenceLimits"/>), chosen within a budget of false alarms.
/// After the entrance door and ten minutes without anything inside, the resident has presumably gone out: the silence then counts for a third, never for nothing,
/// and is remembered as a third. State 0.8 KB a home.
/// </remarks>
internal sealed class InactivityDetector : Detector
{
    private const long HourMs = 3_600_000;
    private const long AwayAfterMs = 600_000;

    // Beyond a fortnight a silence is as odd as it can be.
    private const double LongestHours = 14 * 24;

    // Written before the state: of another layout nothing is taken over, and learning begins anew.
    private const int StateFormat = 0x494E4102;
    private static readonly string[] channels = ["activity", "entrance"];

    private readonly InactivitySettings settings;
    private readonly SilenceBook book;
    private readonly SilenceLimits limits;
    private long firstMs = long.MinValue;
    private RowClock clock;
    private long activeMs = long.MinValue;
    private long entranceMs = long.MinValue;
    private long crossedMs = long.MinValue;
    private long endedMs = long.MinValue;
    private double endedScore;
    private double endedThreshold;
    private double score;
    private double threshold;

    // Of the silence that is going on, hours; NaN until it is long enough to be looked at.
    private double limit = double.NaN;

    public InactivityDetector(InactivitySettings? settings = null)
    {
        this.settings = settings ?? InactivitySettings.Default;
        book = new SilenceBook(this.settings);
        limits = new SilenceLimits(this.settings, book);
        threshold = Surprise(0, this.settings.Goal);
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
        Weigh(nowMs);
        if (Learning || score < threshold || crossedMs != long.MinValue) return Now(false);
        crossedMs = nowMs;
        return Now(true);
    }

    public override string Explain()
    {
        if (activeMs == long.MinValue) return "no activity yet";
        if (!Learning && clock.NewestMs == activeMs && endedMs != long.MinValue)
            return string.Create(CultureInfo.InvariantCulture, $"activity again after {(activeMs - endedMs) / (double)HourMs:0.0} h; the surprise had grown to {endedScore:0.0} (alarm at {endedThreshold:0.0})");
        if (Learning) return string.Create(CultureInfo.InvariantCulture, $"learning: {(clock.NewestMs - firstMs) / (24.0 * HourMs):0.0} of {settings.SilentDays} days");
        var since = DateTimeOffset.FromUnixTimeMilliseconds(activeMs);
        var (before, longest) = Alike();
        var past = before == 0 ? "no such silence before" : string.Create(CultureInfo.InvariantCulture, $"the longest of {before} before took {longest:0.0} h");
        var most = double.IsNaN(limit) ? "" : string.Create(CultureInfo.InvariantCulture, $", alarm after {limit:0.0} h");
        return string.Create(CultureInfo.InvariantCulture, $"no activity since {since:ddd HH:mm} ({(clock.NewestMs - activeMs) / (double)HourMs:0.0} h){(Away(clock.NewestMs) ? ", presumably gone out, which counts for a third" : "")}; of those that began about this hour {past}{most}; surprise {score:0.0} of {threshold:0.0}");
    }

    private bool Learning => clock.NewestMs - firstMs < settings.SilentDays * 24 * HourMs;

    private bool Away(long nowMs) => entranceMs != long.MinValue && entranceMs == activeMs && nowMs - entranceMs >= AwayAfterMs;

    // The clock of the source stood ahead and was put right: what it said of times to come is forgotten.
    private void SetBack(long atMs)
    {
        firstMs = Math.Min(firstMs, atMs);
        if (activeMs > atMs) activeMs = atMs;
        if (entranceMs > atMs) entranceMs = atMs;
        crossedMs = long.MinValue;
        limit = double.NaN;
        book.SetBack(Hour(atMs));
    }

    private void Stir(long atMs, bool entrance)
    {
        if (activeMs != long.MinValue) book.Add(activeMs / (double)HourMs, Lasted(atMs));
        book.Move(Hour(atMs));
        endedMs = activeMs;
        endedScore = score;
        endedThreshold = threshold;
        activeMs = atMs;
        if (entrance) entranceMs = atMs;
        crossedMs = long.MinValue;
        limit = double.NaN;
        score = 0;
    }

    private void Weigh(long nowMs)
    {
        var lasted = Lasted(nowMs);
        score = 0;
        if (Learning || lasted < SilenceLimits.Shortest) return;
        var hour = HourOfDay(activeMs);
        if (double.IsNaN(limit))
        {
            limit = limits.Limit(hour);
            threshold = Surprise(hour, limit);
        }

        score = Surprise(hour, lasted);
    }

    // Hours a silence counts for.
    private double Lasted(long nowMs) => Math.Min((Away(nowMs) ? settings.AwayShare : 1) * (nowMs - activeMs) / HourMs, LongestHours);

    private double Surprise(int hour, double length) => Math.Round(Math.Max(0, -Math.Log(limits.Longer(hour, length))), 4);

    // The earlier silences that began within two hours of this one: how many, and the longest [h].
    private (int Count, double Longest) Alike()
    {
        var (count, longest) = (0, 0.0);
        var hour = HourOfDay(activeMs);
        for (var i = 0; i < book.Count; i++)
        {
            var (began, lasted, _) = book[i];
            if (limits.Alike(hour, began) <= limits.Alike(hour, hour + 2.5)) continue;
            count++;
            longest = Math.Max(longest, lasted);
        }

        return (count, longest);
    }

    private static long Hour(long ms) => (long)Math.Floor(ms / (double)HourMs);

    private static int HourOfDay(long ms) => (int)(((Hour(ms) % SilenceBook.Hours) + SilenceBook.Hours) % SilenceBook.Hours);

    private Finding Now(bool alarm) => Learning ? new Finding(0, threshold, false) : new Finding(score, threshold, alarm);

    internal override void Save(StateWriter state)
    {
        state.Int(StateFormat);
        foreach (var ms in (ReadOnlySpan<long>)[firstMs, activeMs, entranceMs, crossedMs, endedMs]) state.Long(ms);
        clock.Save(state);
        foreach (var value in (ReadOnlySpan<double>)[endedScore, endedThreshold, score, threshold, limit]) state.Double(value);
        book.Save(state);
    }

    internal override void Restore(ref StateReader state)
    {
        if (state.Int() != StateFormat) return;
        firstMs = state.Long();
        activeMs = state.Long();
        entranceMs = state.Long();
        crossedMs = state.Long();
        endedMs = state.Long();
        clock.Restore(ref state);
        endedScore = state.Double();
        endedThreshold = state.Double();
        score = state.Double();
        threshold = state.Double();
        limit = state.Double();
        book.Restore(ref state);
    }
}
