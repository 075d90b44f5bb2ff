using Hub.Rules.Detectors.Gathering;

namespace Hub.Tests.Detectors;

public sealed class GatheringDetectorTests
{
    private const long Slot = 30 * 60_000;
    private const long Monday = 4L * 24 * 3_600_000; // 1970-01-05

    [Fact]
    public void Thirty_guests_at_night_are_a_gathering_and_the_morning_rush_is_none()
    {
        var detector = new GatheringDetector();
        Assert.Equal([], Weeks(detector, 0, 4, night: 0).Where(s => s >= 2 * 336));
        Assert.Equal([(4 * 336) + 44], Weeks(detector, 4, 5, night: 30)); // Monday 22:00
        Assert.Contains("Tue 02:00: ", Probe(detector, (5 * 336) + 52).Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_still_open_is_judged_by_what_has_come_so_far()
    {
        var detector = new GatheringDetector();
        Weeks(detector, 0, 3, night: 0);
        var at = Monday + (((3 * 336) + 6) * Slot); // Monday 03:00
        var score = double.NegativeInfinity;
        for (var i = 0; i < 15; i++)
        {
            var finding = detector.Observe(at + (i * 60_000), [1, 0]);
            Assert.True(i < 2 || finding.Score >= score, $"passage {i}: {finding.Score} after {score}");
            score = finding.Score;
        }

        Assert.True(score > GatheringSettings.Default.Threshold);
        Assert.Contains("Mon 03:00: 15 in, usual 0.", detector.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hours_nobody_counted_are_not_taken_for_hours_without_people()
    {
        var gap = new GatheringDetector();
        Weeks(gap, 0, 3, night: 0);
        for (var s = 3 * 336; s < 4 * 336; s++) gap.Observe(Monday + (s * Slot), [double.NaN, double.NaN]);
        Assert.Empty(Weeks(gap, 4, 5, night: 0));
    }

    [Fact]
    public void Negative_counts_rows_out_of_order_and_leaps_of_the_clock_do_no_harm()
    {
        var detector = new GatheringDetector();
        Weeks(detector, 0, 3, night: 0);
        var before = Probe(detector, 3 * 336);
        detector.Observe(Monday + (3 * 336 * Slot), [-5, 0]);
        detector.Observe(Monday, [500, 0]);
        Assert.Equal(before.Score, Probe(detector, 3 * 336).Score);
        var far = detector.Observe(Monday + (400 * 336 * Slot), [1, 1]);
        Assert.True(double.IsFinite(far.Score));
    }

    [Fact]
    public void Saved_in_the_middle_and_restored_it_goes_on_as_if_nothing_had_been()
    {
        var straight = new GatheringDetector();
        var cut = new GatheringDetector();
        for (var s = 0; s < 5 * 336; s++)
        {
            if (s % 101 == 0) cut = GenericDetectorTests.Reborn(cut, new GatheringDetector());
            double[] row = [People(s) + (s % 400 == 0 ? 40 : 0), 0];
            Assert.Equal(straight.Observe(Monday + (s * Slot), row), cut.Observe(Monday + (s * Slot), row));
        }
    }

    [Fact]
    public void An_update_allocates_nothing()
    {
        var detector = new GatheringDetector();
        Weeks(detector, 0, 2, night: 0);
        Span<double> row = [3, 2];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var s = 2 * 336; s < 3 * 336; s++)
        {
            detector.Observe(Monday + (s * Slot), row);
            detector.Advance(Monday + (s * Slot) + 60_000);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // A door of an ordinary building: a rush in the morning of workdays, little at night; the same in every week but for a small wobble.
    private static double People(int slot)
    {
        var (day, half) = (slot / 48 % 7, slot % 48);
        var usual = half is < 13 or > 45 ? 0 : half is 16 or 17 && day < 5 ? 12 : 3;
        return Math.Max(0, usual + ((slot * 7919L % 3) - 1) * (usual > 0 ? 1 : 0));
    }

    private static List<int> Weeks(GatheringDetector detector, int from, int to, double night)
    {
        var alarms = new List<int>();
        for (var s = from * 336; s < to * 336; s++)
            if (detector.Observe(Monday + (s * Slot), [People(s) + (s % 336 is 44 or 45 ? night : 0), 0]).Alarm) alarms.Add(s);
        return alarms;
    }

    private static (double Score, string Words) Probe(GatheringDetector detector, int slot)
    {
        var finding = detector.Observe(Monday + (slot * Slot), [0, 0]);
        return (finding.Score, detector.Explain());
    }
}
