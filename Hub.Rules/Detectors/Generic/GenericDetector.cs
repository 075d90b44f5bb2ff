using System.Globalization;
using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Generic;

/// <summary>
/// Any numeric series. Four views of it (the reading, a short mean, a middle mean, the short mean of what the hour of the day does not explain), each against
/// its own past; the score joins how rare each is. Score: weighted -log10 p, 0 while learning.
/// </summary>
/// <remarks>State 1.3 KB a key. An alarm is followed by a refractory time in which the score stays below the threshold.</remarks>
internal sealed class GenericDetector(GenericSettings? settings = null) : Detector
{
    private const int Views = 4;

    // Squares of what lies beyond would no longer be numbers; no sensor measures it.
    private const double Largest = 1e120;
    private const long HourMs = 3_600_000;
    private static readonly string[] channels = ["value"];
    private static readonly double[] weights = [1 / 1.875, 0.5 / 1.875, 0.25 / 1.875, 0.125 / 1.875];
    private static readonly string[] viewNames = ["reading", "short mean", "against the hour of day", "middle mean"];

    private readonly GenericSettings settings = settings ?? GenericSettings.Default;
    private BinCounts bins;
    private Hours<float> hours;
    private Hours<byte> hourCounts;
    private PerView<ushort> totals;
    private PerView<double> views;
    private PerView<double> rarity;
    private RowClock clock;
    private long firstMs;
    private long rows;
    private int quietFor;
    private double level;
    private double variance;
    private double shortMean;
    private double middleMean;
    private double seasonal;
    private double least = double.PositiveInfinity;
    private double most = double.NegativeInfinity;
    private double score;
    private double value = double.NaN;

    public override ReadOnlySpan<string> Channels => channels;

    public override Finding Observe(long atMs, ReadOnlySpan<double> values)
    {
        var x = values[0];
        if (clock.Take(atMs) == RowOrder.Late) return new Finding(score, settings.Threshold, false);
        if (!double.IsFinite(x)) return new Finding(score, settings.Threshold, false);
        x = value = Math.Clamp(x, -Largest, Largest);
        if (rows == 0)
        {
            firstMs = atMs;
            level = shortMean = middleMean = x;
        }

        least = Math.Min(least, x);
        most = Math.Max(most, x);
        var hour = (int)(((atMs % (24 * HourMs)) + (24 * HourMs)) % (24 * HourMs) / HourMs);
        View(x, hour, atMs);
        Judge();
        Learn(x, hour);
        if (rows <= settings.Silent) score = 0;
        return Decide();
    }

    public override string Explain()
    {
        if (rows <= settings.Silent) return string.Create(CultureInfo.InvariantCulture, $"learning: {rows} of {settings.Silent} readings");
        var best = 0;
        for (var v = 1; v < Views; v++) if (rarity[v] > rarity[best]) best = v;
        return string.Create(CultureInfo.InvariantCulture,
            $"{value:G5}, usual {level:G5} ± {Deviation:G3}; {viewNames[best]} {views[best]:+0.0;-0.0} sd (p {Math.Pow(10, -rarity[best]):G2}); score {score:0.00} of {settings.Threshold:0.0}");
    }

    private double Deviation => Math.Max(Math.Sqrt(variance), Math.Max(0.01 * (most - least), 1e-9));

    private void View(double x, int hour, long atMs)
    {
        var sd = Deviation;
        shortMean += settings.ShortGain * (x - shortMean);
        middleMean += settings.MiddleGain * (x - middleMean);
        views[0] = (x - level) / sd;
        views[1] = (shortMean - level) / sd;
        var known = hourCounts[hour] > 1 && atMs - firstMs >= settings.SlotsKnownAfterDays * 24 * HourMs;
        if (known) seasonal += settings.ShortGain * (x - hours[hour] - seasonal);
        views[2] = known ? seasonal / sd : double.NaN;
        views[3] = (middleMean - level) / sd;
    }

    private void Judge()
    {
        Span<double> sorted = stackalloc double[Views];
        for (var v = 0; v < Views; v++)
        {
            var z = views[v];
            if (double.IsNaN(z))
            {
                sorted[v] = rarity[v] = 0;
                continue;
            }

            var y = Math.Asinh(3 * z);
            var ownBins = ((Span<ushort>)bins).Slice(v * TailHistogram.Bins, TailHistogram.Bins);
            // A view that has just begun finds everything rare: the hour of day would cry on the second day of every key.
            sorted[v] = rarity[v] = totals[v] < settings.Silent ? 0 : Math.Min(-Math.Log10(TailHistogram.TwoSided(ownBins, totals[v], y, settings.TailShare)), 30);
            TailHistogram.Add(ownBins, ref totals[v], y);
        }

        sorted.Sort();
        var sum = 0.0;
        for (var v = 0; v < Views; v++) sum += weights[v] * sorted[Views - 1 - v];
        score = Math.Round(sum, 4);
    }

    private void Learn(double x, int hour)
    {
        var gain = Math.Max(settings.LevelGain, 1.0 / (rows + 1));
        var off = x - level;
        level += gain * off;
        variance = (1 - gain) * (variance + (gain * off * off));
        hours[hour] += (float)(Math.Max(0.05, 1.0 / (hourCounts[hour] + 1)) * (x - hours[hour]));
        if (hourCounts[hour] < byte.MaxValue) hourCounts[hour]++;
        rows++;
    }

    private Finding Decide()
    {
        if (quietFor > 0)
        {
            quietFor--;
            score = Math.Min(score, settings.Threshold - 0.0001);
            return new Finding(score, settings.Threshold, false);
        }

        var alarm = score >= settings.Threshold;
        if (alarm) quietFor = settings.Refractory;
        return new Finding(score, settings.Threshold, alarm);
    }

    internal override void Save(StateWriter state)
    {
        clock.Save(state);
        state.Long(firstMs);
        state.Long(rows);
        state.Int(quietFor);
        foreach (var figure in (ReadOnlySpan<double>)[level, variance, shortMean, middleMean, seasonal, least, most, score, value]) state.Double(figure);
        for (var h = 0; h < 24; h++)
        {
            state.Double(hours[h]);
            state.Int(hourCounts[h]);
        }

        for (var v = 0; v < Views; v++)
        {
            state.Double(views[v]);
            state.Double(rarity[v]);
            state.Int(totals[v]);
        }

        for (var i = 0; i < Views * TailHistogram.Bins; i += 2) state.Int(bins[i] | (bins[i + 1] << 16));
    }

    internal override void Restore(ref StateReader state)
    {
        clock.Restore(ref state);
        firstMs = state.Long();
        rows = state.Long();
        quietFor = state.Int();
        level = state.Double();
        variance = state.Double();
        shortMean = state.Double();
        middleMean = state.Double();
        seasonal = state.Double();
        least = state.Double();
        most = state.Double();
        score = state.Double();
        value = state.Double();
        for (var h = 0; h < 24; h++)
        {
            hours[h] = (float)state.Double();
            hourCounts[h] = (byte)state.Int();
        }

        for (var v = 0; v < Views; v++)
        {
            views[v] = state.Double();
            rarity[v] = state.Double();
            totals[v] = (ushort)state.Int();
        }

        for (var i = 0; i < Views * TailHistogram.Bins; i += 2)
        {
            var pair = (uint)state.Int();
            bins[i] = (ushort)pair;
            bins[i + 1] = (ushort)(pair >> 16);
        }
    }

    // In the object itself: a key is one block of memory.
    [InlineArray(Views * TailHistogram.Bins)]
    private struct BinCounts
    {
        private ushort first;
    }

    [InlineArray(24)]
    private struct Hours<T>
    {
        private T first;
    }

    [InlineArray(Views)]
    private struct PerView<T>
    {
        private T first;
    }
}
