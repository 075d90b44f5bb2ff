using Hub.Rules.Detectors.Camera;

namespace Hub.Tests.Detectors;

public sealed class SightingTests
{
    [Fact]
    public void Three_sure_frames_within_ten_seconds_and_more_are_believed()
    {
        Assert.Equal([10], Alarms(0.9, 0.9, 0.9));
    }

    [Fact]
    public void One_sure_frame_among_many_empty_ones_is_a_misreading() => Assert.Empty(Alarms(0, 0.95, 0, 0, 0, 0.95, 0, 0, 0, 0, 0.95, 0, 0));

    [Fact]
    public void Weak_frames_need_longer() => Assert.Equal([20], Alarms(0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6));

    [Fact]
    public void It_alarms_again_only_after_the_thing_was_gone()
    {
        Assert.Equal([10, 115], Alarms([.. Enumerable.Repeat(0.9, 6), .. Enumerable.Repeat(0.0, 14), .. Enumerable.Repeat(0.9, 4)]));
    }

    // Seconds of the alarms; a frame every five.
    private static List<int> Alarms(params double[] confidences)
    {
        var detector = new SightingDetector();
        var alarms = new List<int>();
        for (var i = 0; i < confidences.Length; i++) if (detector.Observe(i * 5_000L, [confidences[i]]).Alarm) alarms.Add(i * 5);
        return alarms;
    }
}
