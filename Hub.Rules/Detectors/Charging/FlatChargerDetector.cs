using System.Globalization;
using Hub.Core;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>
/// An e-bike charger among the other loads of one flat, from its power by the minute. Each load that comes on is followed; a charger rises slowly and steadily
/// for hours while its battery fills, then tapers or stops, which nothing else in a home does. Score: log-odds [nats] of the likeliest load that is on.
/// </summary>
/// <remarks>State about 3 KB; a row only adds to its minute, and every five minutes at most eight loads are judged.</remarks>
internal sealed class FlatChargerDetector : Detector
{
    private const int Slots = 8;
    private const double LeastWatts = 40;
    private const double MostWatts = 560;
    private const double Floor = -12;
    private const long QuietMs = 3_600_000;
    private const int HeavyTicks = 60;
    private static readonly string[] channels = ["power"];

    private readonly LineEnvelope line = new();
    private readonly ChargeCandidate[] candidates = new ChargeCandidate[Slots];
    private readonly double threshold;
    private RowClock clock;
    private int count;
    private float heavyBase = float.NaN;
    private long heavySince;
    private double score = Floor;
    private ChargeShape best;
    private ChargeCandidate likeliest;
    private long likeliestTicks;
    private bool told;
    private long belowSinceMs = long.MinValue;

    public FlatChargerDetector(double threshold = 1.5) => this.threshold = threshold;

    /// <summary>Called with each shape judged, while a model is fitted.</summary>
    internal Action<ChargeCandidate, ChargeShape, long>? Judged { get; set; }

    /// <summary>Called with each load that was judged, with its last log-odds, when it has gone off or was followed long enough.</summary>
    internal Action<ChargeCandidate>? Ended { get; set; }

    /// <summary>From a shape to log-odds; another model while one is fitted and tried.</summary>
    internal ShapeOdds Model { get; set; } = ChargerModel.Score;

    public override ReadOnlySpan<string> Channels => channels;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        var order = clock.Take(atMs);
        var watts = values[0];
        if (order == RowOrder.Late || !(watts is > -100_000 and < 100_000)) return new Finding(score, threshold, false);
        if (order == RowOrder.Restarted || line.Broken(atMs)) Forget();
        while (line.Closes(atMs)) if (line.CloseMinute()) Tick();
        line.Add(atMs, watts);
        return new Finding(score, threshold, Decide(atMs));
    }

    public override string Explain()
    {
        if (score <= Floor) return "no load that came on and stayed";
        Span<int> order = stackalloc int[ChargeShape.Count];
        for (var i = 0; i < ChargeShape.Count; i++) order[i] = i;
        for (var i = 0; i < 3; i++)
            for (var k = i + 1; k < ChargeShape.Count; k++)
                if (Math.Abs(ChargerModel.Term(best, order[k])) > Math.Abs(ChargerModel.Term(best, order[i]))) (order[i], order[k]) = (order[k], order[i]);
        return string.Create(CultureInfo.InvariantCulture,
            $"a load of {likeliest.Watts:0} W above {likeliest.Base:0} W, for {likeliestTicks * LineEnvelope.TickMinutes / 60.0:0.0} h, {best[7] * 100:+0;-0;0} % an hour; {ChargeShape.Names[order[0]]} {ChargerModel.Term(best, order[0]):+0.0;-0.0}, {ChargeShape.Names[order[1]]} {ChargerModel.Term(best, order[1]):+0.0;-0.0}, {ChargeShape.Names[order[2]]} {ChargerModel.Term(best, order[2]):+0.0;-0.0}; log-odds {score:0.0} of {threshold:0.0}");
    }

    public override LocalText Why()
    {
        var hours = likeliestTicks * LineEnvelope.TickMinutes / 60.0;
        return new LocalText(
            string.Create(CultureInfo.InvariantCulture, $"约 {likeliest.Watts:0} W 的负载已持续 {hours:0.0} 小时，每小时变化 {best[7] * 100:+0;-0;0}%，期间开关其他负载 {best[12] / 5 * likeliestTicks:0} 次"),
            string.Create(CultureInfo.InvariantCulture, $"a load of about {likeliest.Watts:0} W for {hours:0.0} h, {best[7] * 100:+0;-0;0} % an hour, others switched {best[12] / 5 * likeliestTicks:0} times meanwhile"));
    }

    private void Forget()
    {
        line.Clear();
        count = 0;
        heavyBase = float.NaN;
        score = Floor;
    }

    private void Tick()
    {
        Begin();
        score = Floor;
        for (var i = 0; i < count; i++)
        {
            var shape = candidates[i].Judge(line, out var ended);
            if (shape is { } found)
            {
                var odds = Math.Round(Model(found), 4);
                candidates[i].Score = odds;
                Judged?.Invoke(candidates[i], found, line.Ticks - 1);
                if (odds > score)
                {
                    score = odds;
                    best = found;
                    likeliest = candidates[i];
                    likeliestTicks = line.Ticks - candidates[i].Start;
                }
            }

            if (!ended && line.Ticks - candidates[i].Start < ChargeCandidate.LongestTicks) continue;
            if (!double.IsNaN(candidates[i].Score)) Ended?.Invoke(candidates[i]);
            Drop(i--);
        }
    }

    // Looks at the tick before the newest: a load shows its full power only in the second.
    private void Begin()
    {
        var at = line.Ticks - 2;
        if (at < 1) return;
        var (before, level) = (line.Level(at - 1), line.Level(at));
        if (at - heavySince > HeavyTicks || level < heavyBase + (LeastWatts / 2)) heavyBase = float.NaN;
        if (level - before < 0.6 * LeastWatts)
        {
            // When a washing machine or an oven goes off, what came on under it shows.
            var under = level - heavyBase;
            if (before - level <= 60 || !(under is >= (float)LeastWatts and <= (float)MostWatts)) return;
            Take(ChargeCandidate.Begin(line, at, heavyBase, under));
            heavyBase = float.NaN;
            return;
        }

        var watts = Math.Max(level, line.Level(at + 1)) - before;
        if (watts < LeastWatts) return;
        if (watts <= MostWatts)
        {
            Take(ChargeCandidate.Begin(line, at, before, watts));
            return;
        }

        if (!float.IsNaN(heavyBase)) return;
        heavyBase = before;
        heavySince = at;
    }

    private void Take(ChargeCandidate candidate)
    {
        if (count == Slots)
        {
            // The least likely makes room; those too young to be judged stay.
            var least = 0;
            for (var i = 1; i < count; i++) if (Known(i) < Known(least)) least = i;
            Drop(least);
        }

        candidates[count++] = candidate;
    }

    private double Known(int i) => double.IsNaN(candidates[i].Score) ? 0 : candidates[i].Score;

    private void Drop(int i)
    {
        for (count--; i < count; i++) candidates[i] = candidates[i + 1];
    }

    // One alarm a session: the next only after an hour below the threshold.
    private bool Decide(long atMs)
    {
        if (score < threshold)
        {
            if (belowSinceMs == long.MinValue) belowSinceMs = atMs;
            if (atMs - belowSinceMs >= QuietMs) told = false;
            return false;
        }

        belowSinceMs = long.MinValue;
        if (told) return false;
        told = true;
        return true;
    }

    internal override void Save(StateWriter state)
    {
        clock.Save(state);
        line.Save(state);
        state.Int(count);
        for (var i = 0; i < count; i++) candidates[i].Save(state);
        state.Double(heavyBase);
        state.Long(heavySince);
        state.Double(score);
        for (var i = 0; i < ChargeShape.Count; i++) state.Double(best[i]);
        likeliest.Save(state);
        state.Long(likeliestTicks);
        state.Bool(told);
        state.Long(belowSinceMs);
    }

    internal override void Restore(ref StateReader state)
    {
        clock.Restore(ref state);
        line.Restore(ref state);
        count = Math.Min(state.Count(), Slots);
        for (var i = 0; i < count; i++) candidates[i] = ChargeCandidate.Restored(ref state);
        heavyBase = (float)state.Double();
        heavySince = state.Long();
        score = state.Double();
        for (var i = 0; i < ChargeShape.Count; i++) best[i] = state.Double();
        likeliest = ChargeCandidate.Restored(ref state);
        likeliestTicks = state.Long();
        told = state.Bool();
        belowSinceMs = state.Long();
    }
}
