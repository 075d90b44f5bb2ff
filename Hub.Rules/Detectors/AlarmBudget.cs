using Hub.Rules.Engine;

namespace Hub.Rules.Detectors;

/// <summary>Sets a threshold so that a key or a class of keys alarms no more often than was asked, from the peaks of the episodes that were got over.</summary>
/// <remarks>
/// The rate beyond a threshold is counted on the own peaks and, while there is little own time, on a prior: an exponential tail with a weight in weeks.
/// 64 bins; no chance and no clock in it.
/// </remarks>
internal sealed class AlarmBudget
{
    private const int Bins = 64;
    private const double WeekMs = 7 * 24 * 3_600_000.0;

    private readonly float[] peaks = new float[Bins];
    private readonly double width;
    private readonly double priorWeeks;
    private readonly double priorRate;
    private readonly double priorScale;
    private double weeks;

    /// <param name="width">Width of a bin in units of the score; 64 of them reach as far as thresholds can.</param>
    /// <param name="priorWeeks">Weeks that the prior counts for; 0 for none.</param>
    /// <param name="priorRate">Peaks a week above 0 that the prior expects.</param>
    /// <param name="priorScale">Score over which the prior's tail falls to 1/e.</param>
    public AlarmBudget(double width, double priorWeeks = 0, double priorRate = 0, double priorScale = 1)
    {
        this.width = width;
        this.priorWeeks = priorWeeks;
        this.priorRate = priorRate;
        this.priorScale = priorScale;
    }

    /// <summary>Weeks of keys that were watched.</summary>
    public double Weeks => weeks;

    /// <summary>One episode ended; its highest score.</summary>
    public void Peak(double score)
    {
        if (score > 0) peaks[Math.Min((int)(score / width), Bins - 1)]++;
    }

    /// <summary>Time went by in which a key was watched.</summary>
    public void Watched(long ms) => weeks += ms / WeekMs;

    /// <summary>Smallest threshold at which no more than so many alarms a week are expected of one key.</summary>
    public double Threshold(double alarmsPerWeek)
    {
        var time = weeks + priorWeeks;
        if (time <= 0) return double.PositiveInfinity;
        var above = 0.0;
        var at = Bins;
        var allowed = alarmsPerWeek * time;
        while (at > 0)
        {
            var edge = (at - 1) * width;
            var next = above + peaks[at - 1];
            var expected = next + (priorWeeks * Prior(edge));
            if (expected > allowed)
            {
                // Within the bin the peaks are taken to lie evenly.
                var already = above + (priorWeeks * Prior(at * width));
                return (at - Math.Clamp((allowed - already) / (expected - already), 0, 1)) * width;
            }

            above = next;
            at--;
        }

        return 0;
    }

    /// <summary>Lets the past count for less.</summary>
    public void Fade(double share)
    {
        weeks *= share;
        for (var i = 0; i < Bins; i++) peaks[i] = (float)(peaks[i] * share);
    }

    private double Prior(double score) => priorRate * Math.Exp(-score / priorScale);

    public void Save(StateWriter state)
    {
        state.Double(weeks);
        foreach (var count in peaks) state.Int(BitConverter.SingleToInt32Bits(count));
    }

    public void Restore(ref StateReader state)
    {
        weeks = state.Double();
        for (var i = 0; i < Bins; i++) peaks[i] = BitConverter.Int32BitsToSingle(state.Int());
    }
}
