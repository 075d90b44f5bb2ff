using System.Globalization;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Gathering;

/// <summary>
/// A gathering seen from counts at one door: a two-state filter (as usual, or a gathering on top of it) over half-hour slots. Score: log odds of a gathering, nats.
/// </summary>
/// <remarks>
/// The model is the Markov-modulated Poisson process of Ihler, Hutchins and Smyth (KDD 2006), as one forward filter with negative binomial counts instead of sampling.
/// Rows are summed into slots; a slot still open is judged by what has come so far, which can only grow. Slots without a row are skipped: missing is not zero.
/// State 3.6 KB a door.
/// </remarks>
internal sealed class GatheringDetector : Detector
{
    private const long DayMs = 24 * 3_600_000;
    private const int Longest = 25; // nats that one slot may add
    private static readonly string[] channels = ["in_count", "out_count"];
    private static readonly double[] spreads = [0.005, 0.03, 0.07, 0.13, 0.22, 0.35];

    private readonly GatheringSettings settings;
    private readonly WeeklyProfile profile;
    private readonly double[] spreadLogs = [0, 0, -0.5, -1, -1.5, -2];
    private long slotAt = long.MinValue;
    private long firstSlot;
    private RowClock clock;
    private double count = double.NaN;
    private double chance = 1e-3;
    private double expected = double.NaN;
    private double logOdds = double.NaN;
    private bool inAlarm;

    // Worked out once a slot, from what is saved.
    private SlotOdds odds;
    private long oddsAt = long.MinValue;
    private bool known;

    public GatheringDetector(GatheringSettings? settings = null)
    {
        this.settings = settings ?? GatheringSettings.Default;
        profile = new WeeklyProfile(SlotsPerDay, this.settings.Pooled, this.settings.Proven);
    }

    public override ReadOnlySpan<string> Channels => channels;

    private int SlotsPerDay => (int)(DayMs / settings.SlotMs);

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        if (clock.Take(atMs) == RowOrder.Late) return Now(false);
        CloseBefore(SlotOf(atMs));
        var entered = values[0];
        if (!double.IsFinite(entered) || entered < 0) return Now(false);
        count = double.IsNaN(count) ? entered : count + entered;
        Judge();
        return Now(Rises());
    }

    public override Finding Advance(long nowMs)
    {
        if (nowMs < clock.NewestMs || clock.Take(nowMs) == RowOrder.Late) return Now(false);
        CloseBefore(SlotOf(nowMs));
        return Now(Rises());
    }

    public override string Explain()
    {
        if (double.IsNaN(logOdds)) return "nothing counted yet";
        var from = DateTimeOffset.FromUnixTimeMilliseconds(slotAt * settings.SlotMs);
        return string.Create(CultureInfo.InvariantCulture,
            $"{from:ddd HH:mm}: {(double.IsNaN(count) ? 0 : count):0} in, usual {expected:0.0}; log odds of a gathering {logOdds:0.0} (alarm at {settings.Threshold:0.0}); {(slotAt - firstSlot) / (7.0 * SlotsPerDay):0.0} weeks known");
    }

    private long SlotOf(long atMs) => (long)Math.Floor(atMs / (double)settings.SlotMs);

    private int Weekday => (int)((Math.Floor(slotAt / (double)SlotsPerDay) + 3 + 7_000_000) % 7);

    private int Slot => (int)(((slotAt % SlotsPerDay) + SlotsPerDay) % SlotsPerDay);

    private double Ahead => (chance * (1 - settings.End)) + ((1 - chance) * settings.Begin);

    private void CloseBefore(long slot)
    {
        if (slot == slotAt) return;
        if (slotAt == long.MinValue) firstSlot = slot;
        else
        {
            if (double.IsNaN(count)) chance = Math.Clamp(Ahead, 1e-6, 1 - 1e-6);
            else LearnSlot();

            // Slots nobody counted: belief drifts to the usual odds; after some hours nothing of it is left.
            for (var missed = Math.Min(slot - slotAt - 1, 2 * SlotsPerDay); missed > 0; missed--) chance = Ahead;
        }

        slotAt = slot;
        count = double.NaN;
        logOdds = Math.Round(Math.Log(Ahead / (1 - Ahead)), 4);
        expected = profile.Of(Weekday, Slot).Mean;
    }

    private double SpreadInForce
    {
        get
        {
            var top = double.NegativeInfinity;
            foreach (var log in spreadLogs) top = Math.Max(top, log);
            var (sum, weight) = (0.0, 0.0);
            for (var i = 0; i < spreads.Length; i++)
            {
                var w = Math.Exp(spreadLogs[i] - top);
                weight += w;
                sum += w * spreads[i];
            }

            return settings.Spread * sum / weight;
        }
    }

    private void Judge()
    {
        if (oddsAt != slotAt)
        {
            var (mean, shape, days) = profile.Of(Weekday, Slot);
            known = days >= settings.LeastDays;
            odds = new SlotOdds(mean, 1 / ((1 / Math.Max(shape, 0.2)) + SpreadInForce), settings.LeastExtra, Math.Log(Ahead / (1 - Ahead)));
            oddsAt = slotAt;
        }

        expected = odds.Mean;
        logOdds = Math.Round(odds.Of(count, known ? -6 : 0, known ? Longest : 0), 4);
    }

    private void LearnSlot()
    {
        Judge();
        var ahead = Ahead;
        chance = Math.Clamp(Counting.Chance(logOdds), 1e-6, 1 - 1e-6);
        var age = slotAt - firstSlot;
        if (age >= 7 * SlotsPerDay && expected > 0.3) LearnSpread(ahead);
        var least = age < 14 * SlotsPerDay ? settings.LeastWeightEarly : settings.LeastWeight;
        profile.Learn(Weekday, Slot, count, Math.Max(1 - chance, least));
    }

    // Which overdispersion explains the counts best, events included in the account so that they do not pass for noise.
    private void LearnSpread(double ahead)
    {
        var (mean, shape, _) = profile.Of(Weekday, Slot);
        for (var i = 0; i < spreads.Length; i++)
        {
            var (usual, more) = SlotOdds.Chances(count, mean, 1 / ((1 / Math.Max(shape, 0.2)) + spreads[i]), settings.LeastExtra);
            spreadLogs[i] = (0.999 * spreadLogs[i]) + Counting.LogSum(Math.Log(1 - ahead) + usual, Math.Log(ahead) + more);
        }
    }

    private bool Rises()
    {
        var above = logOdds >= settings.Threshold;
        var rises = above && !inAlarm;
        inAlarm = above;
        return rises;
    }

    private Finding Now(bool alarm) => new(logOdds, settings.Threshold, alarm);

    internal override void Save(StateWriter state)
    {
        state.Long(slotAt);
        state.Long(firstSlot);
        clock.Save(state);
        state.Double(count);
        state.Double(chance);
        state.Double(expected);
        state.Double(logOdds);
        state.Bool(inAlarm);
        foreach (var log in spreadLogs) state.Double(log);
        profile.Save(state);
    }

    internal override void Restore(ref StateReader state)
    {
        slotAt = state.Long();
        firstSlot = state.Long();
        clock.Restore(ref state);
        count = state.Double();
        chance = state.Double();
        expected = state.Double();
        logOdds = state.Double();
        inAlarm = state.Bool();
        for (var i = 0; i < spreadLogs.Length; i++) spreadLogs[i] = state.Double();
        profile.Restore(ref state);
        oddsAt = long.MinValue;
    }
}
