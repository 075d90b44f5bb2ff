using Hub.Rules.Detectors.Inactivity;
using Hub.Rules.Engine;

namespace Hub.Bench.Detection;

/// <summary>One setting tried on one home: its false alarms, and for each way of cutting how long the alarm took.</summary>
internal sealed record InactivityTrial(int Alarms, double Weeks, IReadOnlyList<IReadOnlyList<double>> Delays)
{
    private const long HourMs = 3_600_000;
    private const double NeverHours = 24;

    // No silence under two hours is an alarm, so the limit, which is dear, is asked for once for all cuts in one silence.
    private const long SurelyQuietMs = 2 * HourMs;
    private const double GoalHours = 6;

    public double AlarmsPerWeek => Alarms / Weeks;

    /// <summary>Share found within six hours, over the ways of cutting alike.</summary>
    public double Mean => Enumerable.Range(0, Delays.Count).Where(w => Delays[w].Count > 0).Average(Found);

    /// <summary>Share of the cuts of one way found within six hours; NaN when there are none.</summary>
    public double Found(int way) => Delays[way].Count == 0 ? double.NaN : Delays[way].Count(d => d <= GoalHours) / (double)Delays[way].Count;

    public double Median(int way) => Delays[way].Count == 0 ? double.NaN : Delays[way].Order().ElementAt(Delays[way].Count / 2);

    /// <param name="home">The home.</param>
    /// <param name="settings">The setting.</param>
    /// <param name="cuts">Instants for each way, in order.</param>
    public static InactivityTrial Of(InactivityHome home, InactivitySettings settings, IReadOnlyList<IReadOnlyList<long>> cuts)
    {
        var detector = new InactivityDetector(settings);
        var delays = cuts.Select(_ => new List<double>()).ToArray();
        var next = new int[cuts.Count];
        var alarms = 0;
        for (var i = 0; i < home.Events.Count; i++)
        {
            var (at, entrance) = home.Events[i];
            if (detector.Observe(at, [1, entrance ? 1 : double.NaN]).Alarm && at >= home.Start) alarms++;
            var until = i + 1 < home.Events.Count ? home.Events[i + 1].At : long.MaxValue;
            InactivityDetector? silent = null;
            for (var way = 0; way < cuts.Count; way++)
            {
                for (; next[way] < cuts[way].Count && cuts[way][next[way]] < until; next[way]++)
                {
                    if (cuts[way][next[way]] < at) continue;
                    if (silent is null) (silent = Copy(detector, settings)).Advance(at + SurelyQuietMs);
                    delays[way].Add(Delay(Copy(silent, settings), cuts[way][next[way]], at + SurelyQuietMs));
                }
            }
        }

        return new InactivityTrial(alarms, home.Weeks, delays);
    }

    private static double Delay(InactivityDetector detector, long cut, long from)
    {
        for (var hours = 0.0; hours < NeverHours; hours += 0.25)
            if (cut + (long)(hours * HourMs) >= from && detector.Advance(cut + (long)(hours * HourMs)) is var f && f.Score > 0 && f.Score >= f.Threshold) return hours;
        return NeverHours;
    }

    private static InactivityDetector Copy(InactivityDetector detector, InactivitySettings settings)
    {
        var writer = new StateWriter();
        detector.Save(writer);
        var reader = new StateReader(writer.Written);
        var copy = new InactivityDetector(settings);
        copy.Restore(ref reader);
        return copy;
    }
}
