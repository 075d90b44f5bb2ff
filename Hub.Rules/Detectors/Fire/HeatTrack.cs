using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Fire;

/// <summary>
/// Temperature under a ceiling: how far it rose within the last minute above its own lowest, and how far it stands above its usual level.
/// Readings may come every second or every two minutes; further apart only the level counts.
/// </summary>
/// <remarks>
/// A rate-of-rise heat alarm acts at 8.3 K a minute. Fires pass from nothing to that within seconds, while rooms warm by less than 2 K a minute, so
/// 4.5 K a minute tells them apart earlier. A restless sensor asks for more, up to those 8.3 K.
/// </remarks>
internal struct HeatTrack
{
    private const int Slots = 64;
    private const double LeastKelvin = 4.5;
    private const double MostKelvin = 8.3;
    private const double SmoothingS = 2;
    private const double LongestStepS = 120;

    // A sensor not yet known is taken to be restless [K].
    private const double RestlessAtFirst = 0.5;
    private static readonly (double, double)[] riseTable = [(0.35, 0), (1, 2), (1.5, 3), (2.5, 4.5)];
    private static readonly (double, double)[] levelTable = [(48, 0), (57, 3.5), (70, 5)];

    private readonly long[] seconds;
    private readonly float[] lowest;
    private int count;
    private int head;
    private long atMs;
    private double fast;
    private double usual;
    private double hottest;
    private double noise = RestlessAtFirst;
    private int known;

    public HeatTrack()
    {
        seconds = new long[Slots];
        lowest = new float[Slots];
    }

    /// <summary>Last reading [°C]; NaN before the first.</summary>
    public double Celsius { get; private set; } = double.NaN;

    /// <summary>Rise within a minute [K].</summary>
    public double Rise { get; private set; }

    /// <summary>Rise within a minute that is alarming at this sensor's restlessness [K].</summary>
    public readonly double Needed => Math.Clamp(LeastKelvin + (5 * noise), LeastKelvin, MostKelvin);

    /// <summary>Usual temperature of the last hours [°C].</summary>
    public readonly double Usual => usual;

    /// <summary>Whether it is hot by itself: at least 57 °C and clearly above the hottest it has been for long in the last weeks: a machine room that runs at 80 °C is no fire.</summary>
    public readonly bool Hot => Celsius >= 57 && Celsius - hottest >= 10;

    /// <summary>Time has been set back: rises across it mean nothing.</summary>
    public void Forget()
    {
        count = 0;
        known = Math.Min(known, 1);
    }

    /// <returns>Evidence of this reading [nats].</returns>
    public double Take(long nowMs, double celsius)
    {
        if (!(celsius is > -60 and < 1_400)) return 0;
        var stepS = known == 0 || nowMs < atMs ? 0 : (nowMs - atMs) / 1000.0;
        var broken = known == 0 || stepS > LongestStepS || count == 0;
        var off = broken ? 0 : celsius - fast;
        fast = broken ? celsius : fast + ((1 - Math.Exp(-stepS / SmoothingS)) * off);
        if (known == 0) usual = hottest = celsius;
        if (broken) count = 0;
        Rise = broken ? 0 : RiseSince(nowMs, stepS);
        Learn(stepS, off, celsius);
        Push(nowMs / 1000);
        atMs = nowMs;
        Celsius = celsius;
        var level = celsius - hottest >= 10 ? Curve.At(levelTable, celsius) : 0;
        return Math.Max(Curve.At(riseTable, Rise / Needed), level);
    }

    public readonly void Save(StateWriter state)
    {
        state.Int(count);
        for (var i = 0; i < count; i++)
        {
            var slot = (head - count + i + Slots) % Slots;
            state.Long(seconds[slot]);
            state.Double(lowest[slot]);
        }

        state.Long(atMs);
        state.Int(known);
        state.Double(fast);
        state.Double(usual);
        state.Double(hottest);
        state.Double(noise);
        state.Double(Celsius);
        state.Double(Rise);
    }

    public void Restore(ref StateReader state)
    {
        count = Math.Min(state.Count(), Slots);
        for (var i = 0; i < count; i++)
        {
            seconds[i] = state.Long();
            lowest[i] = (float)state.Double();
        }

        head = count % Slots;
        atMs = state.Long();
        known = state.Int();
        fast = state.Double();
        usual = state.Double();
        hottest = state.Double();
        noise = state.Double();
        Celsius = state.Double();
        Rise = state.Double();
    }

    // Readings a minute apart are compared with the one before; a rise over more than a minute counts by the minute.
    private readonly double RiseSince(long nowMs, double stepS)
    {
        var windowS = Math.Max(60, stepS) + 1;
        var low = double.PositiveInfinity;
        for (var i = 1; i <= count; i++)
        {
            var slot = (head - i + Slots) % Slots;
            if ((nowMs / 1000) - seconds[slot] > windowS) break;
            if (lowest[slot] < low) low = lowest[slot];
        }

        return double.IsPositiveInfinity(low) ? 0 : Math.Max(0, fast - low) * 60 / Math.Max(60, stepS);
    }

    private void Learn(double stepS, double off, double celsius)
    {
        if (known < 1_000) known++;
        // What rises is not noise.
        if (Rise < 3) noise += Math.Max(1.0 / 60, 1.0 / (known + 10)) * ((1.25 * Math.Abs(off)) - noise);
        var above = celsius - usual;
        var hours = above < -1 ? 0.3 : above > 10 ? 24 : 2;
        usual += (1 - Math.Exp(-Math.Min(stepS, 600) / (3600 * hours))) * above;
        hottest = Math.Max(usual, hottest + ((1 - Math.Exp(-Math.Min(stepS, 600) / (86_400 * 14.0))) * (usual - hottest)));
    }

    private void Push(long second)
    {
        var newest = (head - 1 + Slots) % Slots;
        if (count > 0 && seconds[newest] == second)
        {
            lowest[newest] = Math.Min(lowest[newest], (float)fast);
            return;
        }

        seconds[head] = second;
        lowest[head] = (float)fast;
        head = (head + 1) % Slots;
        count = Math.Min(count + 1, Slots);
    }
}
