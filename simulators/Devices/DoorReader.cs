using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>Reader and counter of a stairwell door, estate gate or shed door: an event a pass, and each minute how many came and went.</summary>
/// <remarks>62,000 passes a day in all: 60 % at doors, 40 % at gates. <c>in_count</c> and <c>out_count</c> are those of the last minute.</remarks>
internal sealed class DoorReader(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private double extraPerMinute;
    private long extraUntilMs;
    private double extraInShare = 0.5;

    public override long PeriodMs => 60_000;

    /// <summary>Passes a day.</summary>
    public double PassesPerDay => Record.Kind switch { "gateReader" => 62_000 * 0.4 / 16, "shedDoor" => 50, _ => 62_000 * 0.6 / 432 };

    /// <summary>Visitors beyond the usual, until a time.</summary>
    public void Crowd(double perMinute, double inShare, long untilMs) => (extraPerMinute, extraInShare, extraUntilMs) = (perMinute, inShare, untilMs);

    public override void Step(Stage stage)
    {
        var now = stage.NowMs;
        var hour = LocalTime.HourOf(now);
        var usual = Rng.Poisson(PassesPerDay * Rhythm.PassesOf(now).At(hour) / 60);
        var extra = now < extraUntilMs ? Rng.Poisson(extraPerMinute) : 0;

        // People leave in the morning and come home in the evening.
        var inShare = hour switch { < 5 => 0.5, < 10 => 0.3, < 16 => 0.5, < 22 => 0.64, _ => 0.5 };
        var entered = 0;
        for (var i = 0; i < usual; i++)
        {
            var entering = Rng.Chance(inShare);
            if (entering) entered++;
            if (Rng.Chance(0.004)) Raise(stage, "denied", zone: entering ? "in" : "out");
            Raise(stage, "granted", zone: entering ? "in" : "out");
        }

        for (var i = 0; i < extra; i++)
        {
            var entering = Rng.Chance(extraInShare);
            if (entering) entered++;
            Raise(stage, "granted", zone: entering ? "in" : "out");
        }

        Send(stage, Begin(stage).Value("in_count", entered).Value("out_count", usual + extra - entered).Value("contact", 0));
        NextMs = now + PeriodMs;
    }

    public override bool Obey(Stage stage, string command) => command is "holdDoor" or "releaseDoor" or "release" or "lock";
}
