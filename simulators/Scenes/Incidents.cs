using Hub.Core.Devices;
using Hub.Simulators.Acts;
using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Scenes;

/// <summary>What happens by itself: the base rates of the community's first month, drawn per device and day.</summary>
internal sealed class Incidents(Stage stage, double multiplier)
{
    private const string Scene = "base";

    private sealed record Rate(double PerDeviceDay, Rhythm Hours, Func<DeviceModel, bool> Who, Action<Stage, DeviceModel> Act);

    // Rates per day over the devices of the full community; estimates where no statistic is named in the docs.
    private static readonly Rate[] rates =
    [
        Of<Camera>(12.0 / 60, Rhythm.Evening, c => c.Role == "wire", (s, c) => WireActs.Charge(s, Scene, c, c.Rng.Between(5, 240), "cable from a window")),
        Of<Camera>(6.0 / 60, Rhythm.Daytime, c => c.Role == "wire", (s, c) => WireActs.ClothesLine(s, Scene, c)),
        Of<LineMonitor>(1.5 / 432, Rhythm.Evening, _ => true, (s, l) => WireActs.PublicCircuit(s, Scene, l)),
        Of<LoadDetector>(2.0 / 200, Rhythm.Evening, _ => true, (s, d) => WireActs.Indoors(s, Scene, d)),
        Of<Camera>(20.0 / 30, Rhythm.Daytime, c => c.Role == "lift", (s, c) => LiftActs.Refused(s, Scene, c)),
        Of<Camera>(5.0 / 30, Rhythm.Daytime, c => c.Role == "lift", (s, c) => LiftActs.Rides(s, Scene, c)),
        Of<Camera>(16.0 / 48, Rhythm.Daytime, c => c.Role == "lane", (s, c) => GroundActs.Lane(s, Scene, c, c.Rng.Between(1, 9), false, "vehicle in the lane")),
        Of<Camera>(4.0 / 48, Rhythm.Daytime, c => c.Role == "lane", (s, c) => GroundActs.Lane(s, Scene, c, c.Rng.Between(8, 45), false, "vehicle left in the lane")),
        Of<Camera>(4.0 / 114, Rhythm.Daytime, c => c.Role == "corridor", (s, c) => GroundActs.Pile(s, Scene, c)),
        Of<Camera>(25.0 / 24, Rhythm.Daytime, c => c.Role == "gate", (s, c) => GroundActs.Parking(s, Scene, c)),
        Of<SmokeAlarm>(0.15 / 365, Rhythm.Cooking, _ => true, (s, a) => FireActs.Nuisance(s, Scene, a, "cooking, steam or dust")),
        Of<SmokeAlarm>(4.0 / 365 / 3_200, Rhythm.Fires, a => a.Role == "smoke", (s, a) => FireActs.Flat(s, Scene, a, "fire in a flat")),
        Of<GasDetector>(0.5 / 1_300, Rhythm.Cooking, _ => true, (s, g) => HomeActs.Gas(s, Scene, g, false, "spray or an open ring")),
        Of<LineMonitor>(0.3 / 432, Rhythm.Flat, _ => true, (s, l) => HomeActs.Leakage(s, Scene, l)),
        Of<ElderKit>(8.5 / 520, Rhythm.Daytime, _ => true, (s, k) => ElderActs.Quiet(s, Scene, k, k.Rng.Between(14, 60), away: true, "away, and said so")),
        Of<ElderKit>(1.5 / 520, Rhythm.Daytime, _ => true, (s, k) => ElderActs.Quiet(s, Scene, k, k.Rng.Between(15, 40), away: false, "away without the flag, or ill")),
        Of<Camera>(0.02 / 30, Rhythm.Daytime, _ => true, (s, c) => DoorActs.Cover(s, Scene, c)),
        Of<Camera>(40.0 / 365 / 36, Rhythm.Evening, c => c.Role == "shed", (s, c) => DoorActs.Linger(s, Scene, c)),
        Of<DeviceModel>(12.0 / 10_000, Rhythm.Flat, IsWatchedClosely, (s, m) => DoorActs.Lost(s, Scene, m, m.Rng.Between(0.3, 10))),
        Of<ChargerPort>(6.0 / 365 / 1_440, Rhythm.Charging, _ => true, (s, p) => BatteryActs.Overheat(s, Scene, p)),
    ];

    /// <summary>Plans today, and every day when it begins.</summary>
    public void Begin() => Plan(LocalTime.DayOf(stage.NowMs));

    private void Plan(long day)
    {
        foreach (var model in stage.Models)
            for (var i = 0; i < rates.Length; i++)
                if (rates[i].Who(model)) Plan(model, rates[i], Rng.For(stage.Seed, model.Id, (day * 64) + i + 1), day);
        stage.At(LocalTime.StartOf(day + 1), () => Plan(day + 1));
    }

    private void Plan(DeviceModel model, Rate rate, Rng rng, long day)
    {
        for (var n = rng.Poisson(rate.PerDeviceDay * multiplier); n > 0; n--)
        {
            var at = LocalTime.StartOf(day) + (long)(rate.Hours.Draw(rng) * LocalTime.Hour);

            // What would have begun before the simulation did, did not.
            if (at >= stage.NowMs) stage.At(at, () => rate.Act(stage, model));
        }
    }

    private static bool IsWatchedClosely(DeviceModel model) => DeviceKinds.Of(model.Record.Kind).PeriodSeconds <= 1_800 && model is not Gateway;

    private static Rate Of<T>(double perDay, Rhythm hours, Func<T, bool> who, Action<Stage, T> act) where T : DeviceModel =>
        new(perDay, hours, m => m is T t && who(t), (s, m) =>
        {
            if (s.NowMs >= m.SilentUntilMs) act(s, (T)m);
        });
}
