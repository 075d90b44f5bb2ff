using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Bank;

/// <summary>One detector over one device: its state, the episode it is in, and what of it was told last.</summary>
internal sealed class DetectorKey(DetectorSpec spec, Calibration calibration, DeviceState device)
{
    // An episode is over when the score has stayed low for so long.
    private const long CalmMs = 6 * 3_600_000;

    // Noise that never calms down would be one endless episode without a peak: after a day the next begins.
    private const long LongestEpisodeMs = 86_400_000;

    // Of silence longer than this nobody can say that the key was watched.
    private const long LongestWatchMs = 3 * 3_600_000;

    // What a key says while it learns belongs neither into the threshold nor into the account.
    private const long LearningMs = 14 * 86_400_000L;

    private const double NotYet = -0.0001;

    private long firstMs = long.MinValue;
    private long watchedMs = long.MinValue;
    private long beganMs;
    private long highMs;
    private double peak;
    private long toldMs = long.MinValue;
    private bool over;
    private bool counted;

    public DetectorSpec Spec => spec;

    /// <summary>Goes on as declared anew.</summary>
    public void Under(DetectorSpec changed, Calibration kept) => (spec, calibration) = (changed, kept);

    public DeviceState Device => device;

    public Detector Detector { get; } = spec.Kind.Create();

    /// <summary>Simulated, as the device was when it last spoke.</summary>
    public bool Sim { get; set; }

    /// <summary>Event time of the reading it was fed last.</summary>
    public long FedMs { get; set; } = long.MinValue / 2;

    /// <summary>Takes the detector's newest finding in.</summary>
    /// <returns>Whether it is worth telling, and the score and its margin over the threshold in force.</returns>
    public (bool Tell, double Score, double Margin) Take(Finding finding, long atMs)
    {
        if (double.IsNaN(finding.Score) || double.IsNaN(finding.Threshold)) return (false, double.NaN, double.NaN);
        Watch(atMs);
        var threshold = double.IsNaN(calibration.Threshold) ? finding.Threshold : calibration.Threshold;
        var score = finding.Score;
        Follow(score, finding.Threshold / 4, atMs);
        var above = score >= threshold && !Waiting;
        var turned = above != over;
        if (above && !counted)
        {
            counted = true;
            if (!Learning(atMs)) calibration.Alarmed();
        }

        over = above;
        var due = toldMs == long.MinValue || atMs - toldMs >= spec.EveryMs;
        if (!turned && !due) return (false, score, score - threshold);
        toldMs = atMs;
        return (true, score, Math.Round(Waiting ? Math.Min(score - threshold, NotYet) : score - threshold, 4));
    }

    private bool Waiting => spec.Waits && double.IsNaN(calibration.Threshold);

    private void Watch(long atMs)
    {
        if (firstMs == long.MinValue) firstMs = atMs;
        if (Learning(atMs)) return;
        if (watchedMs != long.MinValue && atMs > watchedMs) calibration.Watched(Math.Min(atMs - watchedMs, LongestWatchMs));
        watchedMs = Math.Max(watchedMs, atMs);
        calibration.Reckon(atMs);
    }

    private bool Learning(long atMs) => atMs - firstMs < LearningMs;

    private void Follow(double score, double low, long atMs)
    {
        if (peak > 0 && (atMs - highMs >= CalmMs || atMs - beganMs >= LongestEpisodeMs))
        {
            if (!Learning(atMs)) calibration.Peak(peak);
            peak = 0;
            counted = false;
        }

        if (score < low || score <= 0) return;
        if (peak <= 0) beganMs = atMs;
        highMs = atMs;
        peak = Math.Max(peak, score);
    }

    public void Save(StateWriter state)
    {
        state.Bool(Sim);
        state.Long(FedMs);
        state.Long(firstMs);
        state.Long(watchedMs);
        state.Long(beganMs);
        state.Long(highMs);
        state.Double(peak);
        state.Long(toldMs);
        state.Bool(over);
        state.Bool(counted);
        Detector.Save(state);
    }

    public void Restore(ref StateReader state)
    {
        Sim = state.Bool();
        FedMs = state.Long();
        firstMs = state.Long();
        watchedMs = state.Long();
        beganMs = state.Long();
        highMs = state.Long();
        peak = state.Double();
        toldMs = state.Long();
        over = state.Bool();
        counted = state.Bool();
        Detector.Restore(ref state);
    }
}
