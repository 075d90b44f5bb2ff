using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Bank;

/// <summary>
/// Keeps a class of keys within its budget of false alarms: gathers the peaks of their episodes, sets the threshold from them once there are enough, and keeps account of
/// how many alarms were asked for and how many came.
/// </summary>
/// <remarks>The account begins with the first threshold of its own. Peaks of the last months count most: their weight halves in eight weeks.</remarks>
internal sealed class Calibration(double alarmsPerMonth)
{
    private const double DaysOfMonth = 30;
    private const double LeastKeyWeeks = 8;
    private const long LeastSpanMs = 14 * 86_400_000L;
    private const long AnewMs = 86_400_000;
    private const double BinWidth = 0.5;
    private static readonly double fade = Math.Round(Math.Pow(0.5, 1 / 56.0), 6);

    private readonly AlarmBudget peaks = new(BinWidth);
    private long sinceMs = long.MinValue;
    private long reckonedMs = long.MinValue;

    /// <summary>Threshold from the peaks; NaN while too little was seen or no budget is set.</summary>
    public double Threshold { get; private set; } = double.NaN;

    /// <summary>Alarms that the budget allowed since the threshold is its own.</summary>
    public double Asked { get; private set; }

    /// <summary>Alarms that came in that time.</summary>
    public long Realised { get; private set; }

    /// <summary>Weeks of keys that were watched.</summary>
    public double KeyWeeks => peaks.Weeks;

    /// <summary>A key was watched for so long.</summary>
    public void Watched(long ms)
    {
        peaks.Watched(ms);
        if (!double.IsNaN(Threshold)) Asked += alarmsPerMonth * ms / (DaysOfMonth * 86_400_000.0);
    }

    /// <summary>An episode of a key is over.</summary>
    public void Peak(double score) => peaks.Peak(score);

    /// <summary>A key gave an alarm.</summary>
    public void Alarmed()
    {
        if (!double.IsNaN(Threshold)) Realised++;
    }

    /// <summary>Sets the threshold anew, at most once a day of event time.</summary>
    public void Reckon(long nowMs)
    {
        if (double.IsNaN(alarmsPerMonth)) return;
        if (sinceMs == long.MinValue) sinceMs = reckonedMs = nowMs;
        if (nowMs - reckonedMs < AnewMs) return;
        reckonedMs = nowMs;
        peaks.Fade(fade);
        if (peaks.Weeks < LeastKeyWeeks || nowMs - sinceMs < LeastSpanMs) return;
        Threshold = Math.Round(peaks.Threshold(alarmsPerMonth * 7 / DaysOfMonth), 4);
    }

    public void Save(StateWriter state)
    {
        state.Long(sinceMs);
        state.Long(reckonedMs);
        state.Double(Threshold);
        state.Double(Asked);
        state.Long(Realised);
        peaks.Save(state);
    }

    public void Restore(ref StateReader state)
    {
        sinceMs = state.Long();
        reckonedMs = state.Long();
        Threshold = state.Double();
        Asked = state.Double();
        Realised = state.Long();
        peaks.Restore(ref state);
    }
}
