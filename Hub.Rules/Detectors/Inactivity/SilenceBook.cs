using System.Numerics;
using System.Runtime.CompilerServices;
using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Inactivity;

/// <summary>The long silences a home got over, newest first in weight, and how usual activity is in each hour of the day.</summary>
/// <remarks>A weekend away is part of the week; of a longer absence no more days are counted, so that a month away neither teaches nor lets anything be forgotten. 0.6 KB.</remarks>
internal sealed class SilenceBook(InactivitySettings settings)
{
    public const int Hours = 24;

    /// <summary>Silences remembered; the oldest goes when another comes. Some two a day.</summary>
    public const int Capacity = 128;

    /// <summary>Shortest silence that is remembered, hours: no limit is shorter than twice the time.</summary>
    public const double Shortest = 3;

    private const double StepsPerHour = 4;
    private const int MostSilentDays = 2;

    // day << 16 | quarter of the day in which it began << 8 | length in quarters, 255 and longer as 255.
    private Ring silences;
    private int written;
    private int days;
    private long today = long.MinValue;
    private uint movedToday;
    private PerHour moved;
    private float movedDays;

    /// <summary>Silences remembered.</summary>
    public int Count => Math.Min(written, Capacity);

    /// <summary>Longest length that can be told apart, hours.</summary>
    public static double Longest => byte.MaxValue / StepsPerHour;

    /// <summary>One remembered silence: hour of the day in which it began, its length in hours, and the days since, as they are counted.</summary>
    public (double Began, double Length, int Age) this[int index]
    {
        get
        {
            var packed = (uint)silences[index];
            return (((packed >> 8) & 0xFF) / StepsPerHour, (packed & 0xFF) / StepsPerHour, (days - (int)(packed >> 16)) & 0xFFFF);
        }
    }

    /// <summary>Days that the remembered silences were gathered in.</summary>
    public int Span => written < Capacity ? days : Math.Max(1, this[written % Capacity].Age);

    /// <summary>Share of the days with activity in an hour of the day; one half while nothing is known.</summary>
    public double Moved(int hour) => movedDays > 0 ? moved[hour] / movedDays : 0.5;

    /// <summary>Something moved.</summary>
    /// <param name="hour">Hour since 1970.</param>
    public void Move(long hour)
    {
        var day = Floor(hour, Hours);
        if (day != today) Turn(day);
        movedToday |= 1u << (int)(hour - (day * Hours));
    }

    /// <summary>A silence is over. Call before the activity that ended it is noted with <see cref="Move"/>, so that its age counts from the day it began.</summary>
    /// <param name="began">Hours since 1970.</param>
    /// <param name="length">Hours it counts for.</param>
    public void Add(double began, double length)
    {
        if (length < Shortest) return;
        var quarter = (uint)Math.Min((began - (Math.Floor(began / Hours) * Hours)) * StepsPerHour, (Hours * StepsPerHour) - 1);
        var steps = (uint)Math.Min(Math.Round(length * StepsPerHour), byte.MaxValue);
        silences[written % Capacity] = (int)(((uint)(days & 0xFFFF) << 16) | (quarter << 8) | steps);
        written = written + 1 < 2 * Capacity ? written + 1 : written + 1 - Capacity;
    }

    /// <summary>The clock stood ahead and was put right: the day of the wrong time is left out.</summary>
    public void SetBack(long hour)
    {
        today = Floor(hour, Hours);
        movedToday = 0;
    }

    // The first day is not folded: nobody knows what came before its first row.
    private void Turn(long day)
    {
        if (today != long.MinValue)
        {
            if (days > 0 && movedToday != 0) Fold();
            days += (int)Math.Clamp(day - today, 1, MostSilentDays + 1);
        }

        today = day;
        movedToday = 0;
    }

    private void Fold()
    {
        var memory = (float)settings.Memory;
        for (var h = 0; h < Hours; h++) moved[h] = (memory * moved[h]) + BitOperations.PopCount((movedToday >> h) & 1);
        movedDays = (memory * movedDays) + 1;
    }

    private static long Floor(long value, long by) => (long)Math.Floor(value / (double)by);

    public void Save(StateWriter state)
    {
        for (var i = 0; i < Capacity; i++) state.Int(silences[i]);
        state.Int(written);
        state.Int(days);
        state.Long(today);
        state.Int((int)movedToday);
        for (var h = 0; h < Hours; h++) state.Double(moved[h]);
        state.Double(movedDays);
    }

    public void Restore(ref StateReader state)
    {
        for (var i = 0; i < Capacity; i++) silences[i] = state.Int();
        written = state.Int();
        days = state.Int();
        today = state.Long();
        movedToday = (uint)state.Int();
        for (var h = 0; h < Hours; h++) moved[h] = (float)state.Double();
        movedDays = (float)state.Double();
    }

    [InlineArray(Capacity)]
    private struct Ring
    {
        private int first;
    }

    [InlineArray(Hours)]
    private struct PerHour
    {
        private float first;
    }
}
