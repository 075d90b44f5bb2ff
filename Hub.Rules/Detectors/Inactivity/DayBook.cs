using System.Numerics;
using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Inactivity;

/// <summary>Which hours of the past eight weeks saw activity, and how usual activity is in each hour of the day.</summary>
internal sealed class DayBook(InactivitySettings settings)
{
    private const int Days = 56;
    private const int Hours = 24;

    // Bit h of a day: something moved in hour h. The newest day stands at index day % Days.
    private Ring masks;
    private PerHour active;
    private PerHour known;
    private long firstHour = long.MinValue;
    private long newestHour;

    /// <summary>Hours since 1970 of the first activity; long.MinValue when there was none.</summary>
    public long FirstHour => firstHour;

    public void Note(long hour)
    {
        if (firstHour == long.MinValue)
        {
            firstHour = newestHour = hour;
        }

        for (var day = DayOf(newestHour) + 1; day <= DayOf(hour); day++)
        {
            Fold(day - 1);
            masks[IndexOf(day)] = 0;
            // Beyond the length of the book the days are all alike: silent.
            if (day + Days < DayOf(hour)) day = DayOf(hour) - Days;
        }

        newestHour = hour;
        masks[IndexOf(DayOf(hour))] |= 1u << HourOf(hour);
    }

    /// <summary>Surprise of an hour without activity, nats.</summary>
    public double OfSilence(long hour)
    {
        var (h, before, after) = (HourOf(hour), HourOf(hour + Hours - 1), HourOf(hour + 1));
        var on = active[h] + (settings.Neighbours * (active[before] + active[after])) + (settings.Prior * settings.PriorDays);
        var days = known[h] + (settings.Neighbours * (known[before] + known[after])) + settings.PriorDays;
        return -Math.Log(1 - Math.Min(on / days, settings.Surest));
    }

    /// <summary>How many earlier days were as silent at the same hours: -ln of their share, each active hour counting against a day.</summary>
    /// <param name="from">First whole hour of the silence.</param>
    /// <param name="to">Hour after its last whole one.</param>
    /// <param name="began">Hour in which it began; earlier days are reckoned from there.</param>
    public (double Surprise, int Days, int Silent) OfDays(long from, long to, long began)
    {
        var (silent, all, weight) = (0.0, 0.0, 1.0);
        var (days, quiet) = (0, 0);
        for (var back = 1; back < Days && began - (back * Hours) >= firstHour; back++)
        {
            weight *= settings.Memory;
            var stirred = ActiveHours(from - (back * Hours), to - (back * Hours));
            silent += weight * Math.Exp(-stirred / 2.0);
            all += weight;
            days++;
            if (stirred == 0) quiet++;
        }

        return (-Math.Log((silent + 0.5) / (all + 0.5)), days, quiet);
    }

    private int ActiveHours(long from, long to)
    {
        var count = 0;
        for (var hour = from; hour < to;)
        {
            var (h, day) = (HourOf(hour), DayOf(hour));
            var until = (int)Math.Min(Hours, h + (to - hour));
            if (day <= DayOf(newestHour) && day > DayOf(newestHour) - Days)
                count += BitOperations.PopCount(masks[IndexOf(day)] & ((1u << until) - 1) & ~((1u << h) - 1));
            hour += until - h;
        }

        return count;
    }

    // A day that is over goes into what is usual.
    private void Fold(long day)
    {
        var from = day == DayOf(firstHour) ? HourOf(firstHour) : 0;
        var mask = masks[IndexOf(day)];
        for (var h = from; h < Hours; h++)
        {
            active[h] = (float)((settings.Memory * active[h]) + ((mask >> h) & 1));
            known[h] = (float)((settings.Memory * known[h]) + 1);
        }

    }

    private static long DayOf(long hour) => (long)Math.Floor(hour / (double)Hours);

    private static int HourOf(long hour) => (int)(hour - (DayOf(hour) * Hours));

    private static int IndexOf(long day) => (int)(((day % Days) + Days) % Days);

    public void Save(StateWriter state)
    {
        state.Long(firstHour);
        state.Long(newestHour);
        for (var i = 0; i < Days; i++) state.Int((int)masks[i]);
        for (var h = 0; h < Hours; h++)
        {
            state.Double(active[h]);
            state.Double(known[h]);
        }
    }

    public void Restore(ref StateReader state)
    {
        firstHour = state.Long();
        newestHour = state.Long();
        for (var i = 0; i < Days; i++) masks[i] = (uint)state.Int();
        for (var h = 0; h < Hours; h++)
        {
            active[h] = (float)state.Double();
            known[h] = (float)state.Double();
        }
    }

    [InlineArray(Days)]
    private struct Ring
    {
        private uint first;
    }

    [InlineArray(Hours)]
    private struct PerHour
    {
        private float first;
    }
}
