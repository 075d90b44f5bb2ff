using Hub.Core;
using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Bank;

namespace Hub.Tests.Rules;

public sealed class CalibrationTests
{
    private const long DayMs = 86_400_000;
    private static readonly ChannelTable channels = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Noise_that_never_calms_down_keeps_to_the_budget_all_the_same(int seed)
    {
        var calibration = new Calibration(alarmsPerMonth: 1);
        var key = new DetectorKey(Spec(), calibration, null!);
        var noise = new Random(seed);
        int alarms = 0, days = 0;
        var above = false;
        for (var atMs = 0L; atMs < 400 * DayMs; atMs += 300_000)
        {
            // -log10 of a chance number: above a quarter of the fixed threshold of 2.1 every quarter of an hour, beyond 4 about every fifth week.
            var (tell, _, margin) = key.Take(new Finding(-Math.Log10(1 - noise.NextDouble()), 2.1, false), atMs);
            if (double.IsNaN(calibration.Threshold)) continue;
            if (atMs % DayMs == 0) days++;
            if (!tell) continue;
            if (margin >= 0 && !above) alarms++;
            above = margin >= 0;
        }

        Assert.InRange(calibration.Threshold, 3.2, 5);
        Assert.InRange(alarms, days / 30 * 0.4, days / 30 * 2.5);
    }

    private static DetectorSpec Spec() => new()
    {
        Id = "odd",
        Kind = Hub.Rules.Detectors.Detectors.Find("generic")!,
        Kinds = new HashSet<string>(StringComparer.Ordinal),
        Channels = [],
        Score = channels.GetOrAdd("score_odd")!,
        Margin = channels.GetOrAdd("margin_odd")!,
        Why = channels.GetOrAdd("why_odd")!,
        Sign = channels.GetOrAdd("sign_odd")!,
        EveryMs = 3_600_000,
        SampleMs = 0,
        LatenessMs = 0,
        AlarmsPerMonth = 1,
        Waits = true,
        Hash = "",
    };
}
