namespace Hub.Bench.Detection;

/// <summary>The scoring rule of the Numenta Anomaly Benchmark v1.1 for one file: the earliest alarm of a window earns most, each alarm outside costs.</summary>
/// <remarks>Rule: Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", 2015, and the benchmark's scorer.</remarks>
internal static class NabScore
{
    /// <summary>A cost profile: what a false alarm row and a missed window cost.</summary>
    public readonly record struct Profile(string Name, double FalseAlarm, double Miss);

    public static readonly Profile[] Profiles = [new("standard", 0.11, 1), new("low FP", 0.22, 1), new("low FN", 0.11, 2)];

    /// <summary>Windows as rows, first and last inclusive, in order.</summary>
    /// <param name="alarms">One entry a row.</param>
    /// <param name="windows">The file's anomaly windows.</param>
    /// <param name="profile">Costs.</param>
    /// <returns>Raw score, windows found, and alarm rows outside every window.</returns>
    public static (double Score, int Found, int False) Of(ReadOnlySpan<bool> alarms, IReadOnlyList<(int First, int Last)> windows, Profile profile)
    {
        var probation = Math.Min((int)Math.Floor(0.15 * alarms.Length), 750);
        var best = new double[windows.Count];
        var score = 0.0;
        var stray = 0;
        for (var i = probation; i < alarms.Length; i++)
        {
            if (!alarms[i]) continue;
            var (inside, before) = (-1, -1);
            for (var w = 0; w < windows.Count; w++)
            {
                if (i >= windows[w].First && i <= windows[w].Last) inside = w;
                if (windows[w].Last < i) before = w;
            }

            if (inside >= 0)
            {
                var (first, last) = windows[inside];
                best[inside] = Math.Max(best[inside], Sigmoid(-(last - i + 1.0) / (last - first + 1)) / 0.98661);
                continue;
            }

            stray++;
            if (before < 0) score -= profile.FalseAlarm;
            else
            {
                var p = (double)(i - windows[before].Last) / (windows[before].Last - windows[before].First);
                score += profile.FalseAlarm * (p > 3 ? -1 : Sigmoid(p));
            }
        }

        foreach (var b in best) score += b > 0 ? b : -profile.Miss;
        return (score, best.Count(b => b > 0), stray);
    }

    /// <summary>Final figure over files: 0 is saying nothing, 100 the earliest alarm of every window and nothing else.</summary>
    public static double Final(double sum, int windows, Profile profile) => 100 * (sum + (profile.Miss * windows)) / (windows + (profile.Miss * windows));

    private static double Sigmoid(double p) => (2 / (1 + Math.Exp(5 * p))) - 1;
}
