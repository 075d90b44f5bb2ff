using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Health;

/// <summary>A sensor that slowly leaves its peers: Page-Hinkley on its distance from their median, day by day, in units of its own restlessness.</summary>
internal struct PeerDrift
{
    private const double Slack = 0.5;
    private const double Limit = 10;
    private const int KnownAfter = 10;
    private const long DayMs = 86_400_000;
    private long day;
    private double sum;
    private int readings;
    private int days;
    private double mean;
    private double spread;
    private double up;
    private double down;

    /// <returns>How far it has drifted, as a share of the limit.</returns>
    public double Take(long atMs, double distance)
    {
        var today = Math.DivRem(atMs, DayMs, out var rest) - (rest < 0 ? 1 : 0);
        if (readings > 0 && today != day) Close();
        day = today;
        sum += distance;
        readings++;
        return Math.Max(up, down) / Limit;
    }

    public readonly void Save(StateWriter state)
    {
        state.Long(day);
        state.Double(sum);
        state.Int(readings);
        state.Int(days);
        state.Double(mean);
        state.Double(spread);
        state.Double(up);
        state.Double(down);
    }

    public void Restore(ref StateReader state)
    {
        day = state.Long();
        sum = state.Double();
        readings = state.Int();
        days = state.Int();
        mean = state.Double();
        spread = state.Double();
        up = state.Double();
        down = state.Double();
    }

    private void Close()
    {
        var distance = sum / readings;
        (sum, readings) = (0, 0);
        if (days < KnownAfter)
        {
            days++;
            spread += (Math.Abs(distance - mean) - spread) / days;
            mean += (distance - mean) / days;
            if (days == 1) (mean, spread) = (distance, 0);
            return;
        }

        var z = Math.Clamp((distance - mean) / Math.Max(1.5 * spread, Math.Max(1e-6, 0.01 * Math.Abs(mean))), -6, 6);
        up = Math.Clamp(up + z - Slack, 0, 10 * Limit);
        down = Math.Clamp(down - z - Slack, 0, 10 * Limit);
        // What drifts is not learnt as the usual distance.
        if (up >= Limit / 4 || down >= Limit / 4) return;
        spread += 0.05 * (Math.Abs(distance - mean) - spread);
        mean += 0.05 * (distance - mean);
    }
}
