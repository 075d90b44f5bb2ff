using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Charging;

/// <summary>A load that came on and may be a charger.</summary>
internal struct ChargeCandidate
{
    /// <summary>Longest that one is followed: 15.8 hours.</summary>
    public const int LongestTicks = 190;

    /// <summary>Ticks before it can be judged: an hour and twenty minutes, and half an hour in which the envelope learnt of it.</summary>
    public const int LeastTicks = 16;

    private const int BeforeTicks = 36;
    private const double QuietShare = 0.6;

    /// <summary>Tick at which it came on.</summary>
    public long Start;

    /// <summary>What ran before it [W].</summary>
    public float Base;

    /// <summary>Its power when it came on [W].</summary>
    public float Watts;

    /// <summary>How restless the line was before it [W].</summary>
    public float UnrestBefore;

    /// <summary>Log-odds when it was judged last; NaN before.</summary>
    public double Score;

    public static ChargeCandidate Begin(LineEnvelope line, long start, float level, float watts)
    {
        var to = Math.Max(0, start - (LineEnvelope.WindowMinutes / LineEnvelope.TickMinutes));
        return new ChargeCandidate { Start = start, Base = level, Watts = watts, UnrestBefore = (float)Quiet(line, Math.Max(0, to - BeforeTicks), to), Score = double.NaN };
    }

    /// <summary>Follows its course to the newest tick.</summary>
    /// <returns>The shape; null when it is too short to say.</returns>
    public readonly ChargeShape? Judge(LineEnvelope line, out bool ended)
    {
        Span<float> curve = stackalloc float[LongestTicks + 2];
        var now = line.Ticks - 1;
        var count = 1;
        var jumps = 0;
        var limit = Math.Max(6, 0.05 * Watts);
        curve[0] = Watts;
        ended = false;
        var end = Math.Min(now, Start + LongestTicks);
        var tick = Start + 2;
        for (; tick <= end; tick++)
        {
            var level = line.Level(tick);
            var step = level - line.Level(tick - 1);
            ended = level - Base < 0.25 * Watts || (step < 0 && -step > limit && -step > 0.6 * curve[count - 1] && level - Base < 0.5 * Watts);
            if (ended) break;
            // A step is another load, switched on or off; it is left out of the course.
            var other = Math.Abs(step) > limit;
            if (other) jumps++;
            curve[count] = other ? curve[count - 1] : curve[count - 1] + step;
            count++;
            ended = curve[count - 1] < 0.22 * Watts;
            if (ended) break;
        }

        if (count < (ended ? LeastTicks - 1 : LeastTicks)) return null;
        Span<float> levels = stackalloc float[LongestTicks + 2];
        var length = 0;
        for (var i = Start + 1; i < Math.Max(Start + 3, tick) && i <= now; i++) levels[length++] = line.Level(i);
        return ChargeShape.Of(curve[..count], levels[..length], Watts, jumps, ended, Quiet(line, Start, Math.Min(tick, now)), UnrestBefore);
    }

    public readonly void Save(StateWriter state)
    {
        state.Long(Start);
        state.Double(Base);
        state.Double(Watts);
        state.Double(UnrestBefore);
        state.Double(Score);
    }

    public static ChargeCandidate Restored(ref StateReader state) => new()
    {
        Start = state.Long(), Base = (float)state.Double(), Watts = (float)state.Double(), UnrestBefore = (float)state.Double(), Score = state.Double(),
    };

    // Mean of the quieter ticks: what the line does while nothing is switched.
    private static double Quiet(LineEnvelope line, long from, long to)
    {
        if (to <= from) return 0;
        Span<float> sorted = stackalloc float[LongestTicks + 2];
        var count = 0;
        for (var tick = from; tick < to && count < sorted.Length; tick++) sorted[count++] = line.Unrest(tick);
        sorted[..count].Sort();
        var quiet = Math.Max(1, (int)(QuietShare * count));
        var sum = 0.0;
        for (var i = 0; i < quiet; i++) sum += sorted[i];
        return sum / quiet;
    }
}
