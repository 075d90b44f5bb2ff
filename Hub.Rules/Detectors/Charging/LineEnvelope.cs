using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>
/// A flat's power minute by minute, turned into what runs all the time: every five minutes the least of the last half hour. Kettles, ovens and a fridge's
/// compressor vanish; a charger, a lamp or a computer stays. Beside it how restless the line is from one minute to the next.
/// </summary>
/// <remarks>Readings within a minute are averaged; up to ten missing minutes are bridged with the last value, more begin anew.</remarks>
internal sealed class LineEnvelope
{
    /// <summary>Minutes in a tick.</summary>
    public const int TickMinutes = 5;

    /// <summary>Minutes of which the least counts.</summary>
    public const int WindowMinutes = 30;

    /// <summary>Ticks that are remembered: 19 hours.</summary>
    public const int Kept = 232;

    private const int BridgedMinutes = 10;
    private readonly float[] minutes = new float[WindowMinutes];
    private readonly float[] recent = new float[3];
    private readonly float[] steps = new float[TickMinutes];
    private readonly float[] levels = new float[Kept];
    private readonly float[] unrests = new float[Kept];
    private int known;
    private long minute = long.MinValue;
    private double sum;
    private int readings;
    private float last;

    /// <summary>Ticks closed since it began anew; the newest has this number less one.</summary>
    public long Ticks { get; private set; }

    /// <summary>What runs all the time, at a tick not older than <see cref="Kept"/> [W].</summary>
    public float Level(long tick) => levels[tick % Kept];

    /// <summary>Change from minute to minute when nothing is switched, at a tick [W].</summary>
    public float Unrest(long tick) => unrests[tick % Kept];

    /// <summary>Whether a new minute begins with a reading at this time.</summary>
    public bool Closes(long atMs) => minute != long.MinValue && MinuteOf(atMs) > minute;

    /// <summary>Whether so much is missing before this time that nothing before it counts any more.</summary>
    public bool Broken(long atMs) => minute != long.MinValue && MinuteOf(atMs) - minute > BridgedMinutes;

    /// <summary>Closes the oldest open minute.</summary>
    /// <returns>True when a tick was closed with it.</returns>
    public bool CloseMinute()
    {
        var watts = readings > 0 ? (float)(sum / readings) : last;
        steps[Slot(minute, TickMinutes)] = known == 0 ? 0 : Math.Abs(watts - last);
        recent[Slot(minute, 3)] = watts;
        if (known == 0) Array.Fill(recent, watts);
        minutes[known % WindowMinutes] = Math.Max(Math.Min(recent[0], recent[1]), Math.Min(Math.Max(recent[0], recent[1]), recent[2]));
        last = watts;
        known = known == 2 * WindowMinutes ? WindowMinutes + 1 : known + 1;
        sum = 0;
        readings = 0;
        var ticked = Slot(minute, TickMinutes) == TickMinutes - 1;
        if (ticked) CloseTick();
        minute++;
        return ticked;
    }

    public void Add(long atMs, double watts)
    {
        if (minute == long.MinValue) minute = MinuteOf(atMs);
        sum += watts;
        readings++;
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        known = 0;
        Ticks = 0;
        minute = long.MinValue;
        sum = 0;
        readings = 0;
    }

    public void Save(StateWriter state)
    {
        state.Int(known);
        state.Long(minute);
        state.Double(sum);
        state.Int(readings);
        state.Double(last);
        state.Long(Ticks);
        foreach (var value in minutes) state.Double(value);
        foreach (var value in recent) state.Double(value);
        foreach (var value in steps) state.Double(value);
        var count = (int)Math.Min(Ticks, Kept);
        for (var i = 0; i < count; i++)
        {
            state.Double(levels[i]);
            state.Double(unrests[i]);
        }
    }

    public void Restore(ref StateReader state)
    {
        known = state.Int();
        minute = state.Long();
        sum = state.Double();
        readings = state.Int();
        last = (float)state.Double();
        Ticks = state.Long();
        for (var i = 0; i < minutes.Length; i++) minutes[i] = (float)state.Double();
        for (var i = 0; i < recent.Length; i++) recent[i] = (float)state.Double();
        for (var i = 0; i < steps.Length; i++) steps[i] = (float)state.Double();
        var count = (int)Math.Clamp(Ticks, 0, Kept);
        for (var i = 0; i < count; i++)
        {
            levels[i] = (float)state.Double();
            unrests[i] = (float)state.Double();
        }
    }

    private static long MinuteOf(long atMs) => Math.DivRem(atMs, 60_000, out var rest) - (rest < 0 ? 1 : 0);

    private static int Slot(long number, int slots) => (int)(((number % slots) + slots) % slots);

    private void CloseTick()
    {
        var least = float.PositiveInfinity;
        var filled = Math.Min(known, WindowMinutes);
        for (var i = 0; i < filled; i++) least = Math.Min(least, minutes[i]);
        Span<float> sorted = stackalloc float[TickMinutes];
        steps.CopyTo(sorted);
        sorted.Sort();
        levels[Ticks % Kept] = least;
        unrests[Ticks % Kept] = (sorted[0] + sorted[1] + sorted[2]) / 3;
        Ticks++;
    }
}
