using System.Buffers;
using Hub.Rules.Detectors.Charging;
using Hub.Rules.Engine;

namespace Hub.Tests.Detectors;

public sealed class ChargerNightsTests
{
    [Fact]
    public void One_night_however_sure_is_no_alarm_and_a_second_is()
    {
        var detector = new ChargerNightsDetector();
        var nights = new ChargerNights();
        nights.Load(150, 12);
        nights.Close();
        var threshold = detector.Observe(0, [0]).Threshold;
        Assert.InRange(nights.Score, 0.1, threshold - 0.1);
        nights.Load(158, 12);
        nights.Close();
        Assert.True(nights.Score >= threshold);
        Assert.Equal((2, 2), (nights.Hits, nights.Nights));
        Assert.InRange(nights.Watts, 135, 170);
    }

    [Fact]
    public void Loads_of_different_power_do_not_add_up()
    {
        var nights = new ChargerNights();
        foreach (var watts in new[] { 80, 120, 200, 320, 500 })
        {
            nights.Load(watts, 3);
            nights.Close();
        }

        Assert.True(nights.Score < 3);
    }

    [Fact]
    public void A_week_without_it_is_forgiven_and_forgotten()
    {
        var nights = new ChargerNights();
        nights.Load(150, 12);
        nights.Close();
        for (var i = 0; i < 7; i++) nights.Close();
        Assert.Equal(0, nights.Score);
        Assert.Equal(0, nights.Nights);
    }

    [Fact]
    public void A_charger_on_four_of_six_nights_is_told_once_and_the_same_kettle_and_television_are_not()
    {
        Assert.Equal(1, Alarms(night => night != 2 && night != 4));
        Assert.Equal(0, Alarms(_ => false));
    }

    [Fact]
    public void Save_and_restore_in_any_night_changes_nothing()
    {
        Assert.Equal(Scores(cutAt: int.MaxValue), Scores(cutAt: (2 * 1_440) + 700));
        Assert.Equal(Scores(cutAt: int.MaxValue), Scores(cutAt: (3 * 1_440) + 1));
    }

    private static List<double> Scores(int cutAt)
    {
        var (detector, scores) = (new ChargerNightsDetector(), new List<double>());
        for (var minute = 0; minute < 5 * 1_440; minute++)
        {
            if (minute == cutAt)
            {
                var state = new StateWriter();
                detector.Save(state);
                var reader = new StateReader(state.Written);
                detector = new ChargerNightsDetector();
                detector.Restore(ref reader);
            }

            scores.Add(detector.Observe(minute * 60_000L, [Watts(minute, _ => true)]).Score);
        }

        return scores;
    }

    private static int Alarms(Func<int, bool> charges)
    {
        var (detector, alarms) = (new ChargerNightsDetector(), 0);
        for (var minute = 0; minute < 6 * 1_440; minute++) if (detector.Observe(minute * 60_000L, [Watts(minute, charges)]).Alarm) alarms++;
        return alarms;
    }

    // From noon: a fridge, a television in the evening, a kettle, and on some nights a charger from nine on.
    private static double Watts(int minute, Func<int, bool> charges)
    {
        var (night, into) = ((minute - 720) / 1_440, minute % 1_440);
        var watts = 8 + (minute % 40 < 14 ? 85 : 0) + (into is > 1_140 and < 1_350 ? 62 + (minute * 7 % 5) : 0) + (into is 1_150 or 1_151 or 430 ? 1_900 : 0);
        if (charges(night) && into is >= 1_200 and < 1_430) watts += (int)(150 * (0.85 + ((into - 1_200) * 0.0006)));
        return watts;
    }
}
