using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>The public circuit of a stairwell: light and door, what leaks, four cable temperatures. 60 s. Units: W, V, A, mA, °C, half-cycles/s.</summary>
internal sealed class LineMonitor(DeviceRecord record, ulong seed) : DeviceModel(record, seed)
{
    private readonly double leakage = 40 + (Rng.Hash(seed, record.Id, 1) % 80);
    private readonly List<Load> loads = [];

    public override long PeriodMs => 60_000;

    /// <summary>
    /// Something extra on the circuit for a time. Power is held, or rises to it by <paramref name="Rise"/>, then falls to a tenth within <paramref name="TailMs"/>, as a charger's does.
    /// </summary>
    public sealed record Load(long FromMs, long ToMs, double PowerW, long TailMs = 0, double ResidualMa = 0, double CableK = 0, double Arc = 0, double Rise = 0);

    public void Add(Load load) => loads.Add(load);

    public override void Step(Stage stage)
    {
        var now = stage.NowMs;
        loads.RemoveAll(l => now > l.ToMs + l.TailMs);
        double power = LocalTime.HourOf(now) is >= 17.5 or < 6.5 ? 70 : 14, residual = leakage, warmth = 0, arc = 0;
        foreach (var l in loads)
        {
            if (now < l.FromMs) continue;
            var tail = now <= l.ToMs ? 1 : Math.Exp(-Math.Log(10) * (now - l.ToMs) / Math.Max(l.TailMs, 1));
            power += l.PowerW * tail * (1 - (l.Rise * Math.Max(0, (double)(l.ToMs - now) / (l.ToMs - l.FromMs))));
            residual += now <= l.ToMs ? l.ResidualMa : 0;
            warmth += l.CableK * tail;
            arc = Math.Max(arc, now <= l.ToMs ? l.Arc : 0);
        }

        power *= 1 + Rng.Normal(0, 0.01);
        var voltage = 222 + Rng.Normal(0, 1);
        var cable = Weather.Sheltered(now) + 3 + (power / 60);
        Send(stage, Begin(stage)
            .Value("power", power, 1).Value("voltage", voltage, 1).Value("current", power / voltage, 2)
            .Value("residual", Math.Max(0, residual + Rng.Normal(0, 4)), 0)
            .Value("cable_temp_a", cable + warmth + Rng.Normal(0, 0.2), 1).Value("cable_temp_b", cable + Rng.Normal(0, 0.2), 1)
            .Value("cable_temp_c", cable + Rng.Normal(0, 0.2), 1).Value("cable_temp_n", cable + (warmth / 2) + Rng.Normal(0, 0.2), 1)
            .Value("arc", arc > 0 ? arc : Rng.Chance(0.02) ? Rng.Below(4) : 0));
        NextMs = now + PeriodMs;
    }

    public override bool Obey(Stage stage, string command) => command is "cut" or "restore";
}
