using System.Text.Json;
using Hub.Simulators.Acts;
using Hub.Simulators.Communities;
using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Tests.Simulators;

public sealed class DevicePhysicsTests
{
    private static readonly DateTimeOffset evening = new(2026, 11, 20, 20, 0, 0, TimeSpan.FromHours(8));
    private static readonly Community small = Community.Build(scale: 0.03);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_charge_holds_its_current_then_tapers_then_floats(ulong seed)
    {
        var session = new ChargeSession(Rng.For(seed, "card"), 0, lithium: seed % 2 == 0, winter: 0, hours: 5);
        double At(double share) => session.PowerAt((long)(share * 5 * LocalTime.Hour));
        Assert.InRange(At(0.3), session.PeakW * 0.93, session.PeakW);
        Assert.True(At(0.9) < At(0.5));
        Assert.True(At(0.97) < At(0.9));
        Assert.InRange(At(1.1), 0, 3);
        Assert.InRange(session.PeakW, 90, 400);
    }

    [Fact]
    public void An_overheating_port_climbs_from_58_to_72_at_two_and_a_half_a_minute_and_then_cools()
    {
        var readings = Play("port-overheat", 0.5, m => m.Device.Kind == "chargerPort", "port_temp");
        var hot = readings.GroupBy(r => r.Device).MaxBy(g => g.Max(r => r.Value))!.ToList();
        var start = hot.First(r => r.Value > 57);
        var peak = hot.MaxBy(r => r.Value);
        Assert.InRange(start.Value, 57, 60);
        Assert.InRange(peak.Value, 71, 73);
        Assert.InRange((peak.Value - start.Value) / ((peak.AtMs - start.AtMs) / 60_000.0), 2.2, 2.8);
        Assert.True(hot[^1].Value < 62);
        var climbing = hot.Where(r => r.AtMs >= start.AtMs && r.AtMs <= peak.AtMs).ToList();
        Assert.All(climbing.Zip(climbing.Skip(1)), pair => Assert.InRange(pair.Second.AtMs - pair.First.AtMs, 1, 11_000));
    }

    [Fact]
    public void Other_ports_of_the_shed_stay_far_below()
    {
        var readings = Play("port-overheat", 0.3, m => m.Device.Kind == "chargerPort", "port_temp");
        var hottest = readings.GroupBy(r => r.Device).Select(g => g.Max(r => r.Value)).OrderDescending().ToList();
        Assert.True(hottest[0] > 70);
        Assert.True(hottest[1] < 45);
    }

    [Fact]
    public void A_port_that_is_told_to_cut_says_ok_and_draws_nothing_afterwards()
    {
        var simulation = new Simulation(small, evening, new SimulationOptions { Incidents = 0 });
        var until = evening.ToUnixTimeMilliseconds() + 60_000;
        string? port = null;
        while (simulation.TryNext(until, out var m))
            if (m.Device.Kind == "chargerPort" && Value(m.Payload, "power") > 50) port ??= m.Device.Id;
        Assert.NotNull(port);
        Assert.True(simulation.Command(port, """{"id":"c1","name":"cut"}"""u8.ToArray()));

        string? ack = null;
        var after = new List<double>();
        while (simulation.TryNext(until + 120_000, out var m))
        {
            if (m.Device.Id != port) continue;
            if (m.Topic.EndsWith("/ack", StringComparison.Ordinal)) ack = System.Text.Encoding.UTF8.GetString(m.Payload);
            else if (ack is not null) after.Add(Value(m.Payload, "power"));
        }

        Assert.Contains("\"id\":\"c1\",\"result\":\"ok\"", ack);
        Assert.NotEmpty(after);
        Assert.All(after, power => Assert.Equal(0, power));
    }

    [Fact]
    public void A_command_that_a_device_does_not_know_is_answered_so()
    {
        var simulation = new Simulation(small, evening, new SimulationOptions { Incidents = 0 });
        var port = small.Devices.First(d => d.Kind == "chargerPort").Id;
        Assert.True(simulation.Command(port, """{"id":"c2","name":"dance"}"""u8.ToArray()));
        var answered = false;
        while (simulation.TryNext(evening.ToUnixTimeMilliseconds() + 2_000, out var m))
            answered |= m.Topic.EndsWith("/ack", StringComparison.Ordinal) && System.Text.Encoding.UTF8.GetString(m.Payload).Contains("unknown command");
        Assert.True(answered);
        Assert.False(simulation.Command(port, "garbage"u8.ToArray()));
        Assert.False(simulation.Command("nobody", """{"id":"c3","name":"cut"}"""u8.ToArray()));
    }

    [Fact]
    public void A_shed_meter_reads_the_sum_of_its_ports_within_a_tenth()
    {
        var simulation = new Simulation(small, evening, new SimulationOptions { Incidents = 0 });
        var ports = new Dictionary<string, double>();
        var checkedOnce = false;
        while (simulation.TryNext(evening.AddMinutes(40).ToUnixTimeMilliseconds(), out var m))
        {
            if (m.Device.Kind == "chargerPort") ports[m.Device.Id] = Value(m.Payload, "power");
            if (m.Device.Kind != "shedMeter" || m.AtMs < evening.AddMinutes(5).ToUnixTimeMilliseconds()) continue;
            var sum = ports.Where(p => p.Key.StartsWith(m.Device.Id.Replace("-meter", "-p", StringComparison.Ordinal), StringComparison.Ordinal)).Sum(p => p.Value);
            if (sum < 600) continue;
            checkedOnce = true;
            Assert.InRange(Value(m.Payload, "power"), sum * 0.95, (sum + 170) * 1.05);
        }

        Assert.True(checkedOnce);
    }

    [Fact]
    public void Gas_is_reported_each_three_seconds_once_it_leaks_and_rises_past_twenty()
    {
        var readings = Play("gas-leak", 0.1, m => m.Device.Kind == "gasDetector", "lel");
        var leaking = readings.GroupBy(r => r.Device).MaxBy(g => g.Max(r => r.Value))!.ToList();
        Assert.InRange(leaking.Max(r => r.Value), 20, 40);
        Assert.Contains(leaking.Zip(leaking.Skip(1)), p => p.Second.AtMs - p.First.AtMs == 3_000);
    }

    [Theory]
    [InlineData("2026-11-20T08:00:00+08:00", 12)]
    [InlineData("2026-11-20T22:00:00+08:00", 14)]
    [InlineData("2026-11-20T18:00:00+08:00", 18)]
    public void An_ill_elder_is_due_when_twelve_quiet_hours_hold_six_of_the_day(string from, double hours)
    {
        var ms = DateTimeOffset.Parse(from).ToUnixTimeMilliseconds();
        Assert.Equal(hours, (ElderActs.DueOf(ms) - ms) / 3_600_000.0, 0.1);
    }

    [Fact]
    public void An_elder_at_home_uses_some_130_litres_a_day_and_never_seems_ill()
    {
        var simulation = new Simulation(Community.Build(scale: 0.1), evening.Date.ToUniversalTime(), new SimulationOptions { Incidents = 0 });
        var water = new Dictionary<string, List<double>>();
        while (simulation.TryNext(simulation.NowMs < 0 ? 0 : new DateTimeOffset(evening.Date.ToUniversalTime()).AddDays(1).ToUnixTimeMilliseconds(), out var m))
            if (m.Device.Kind == "elderKit") (water.TryGetValue(m.Device.Id, out var list) ? list : water[m.Device.Id] = []).Add(Value(m.Payload, "water"));
        Assert.InRange(water.Values.Average(w => w.Sum()), 0.07, 0.2);
        Assert.All(water.Values, w => Assert.True(w.Sum() > 0.03));
    }

    [Fact]
    public void What_a_cut_link_held_back_arrives_when_it_is_back_with_its_old_stamps()
    {
        var late = 0;
        foreach (var (atMs, stamp) in PlayStamps("broker-cut", 0.4))
            if (atMs - stamp > 120_000) late++;
        Assert.InRange(late, 50, 20_000);
    }

    private static IEnumerable<(long AtMs, long Stamp)> PlayStamps(string scene, double hours)
    {
        var simulation = new Simulation(small, evening, new SimulationOptions { Incidents = 0, ClockSkew = false });
        Assert.Null(simulation.Play(scene, evening.AddMinutes(1)));
        while (simulation.TryNext(evening.AddHours(hours).ToUnixTimeMilliseconds(), out var m))
        {
            using var json = JsonDocument.Parse(m.Payload);
            yield return (m.AtMs, json.RootElement.GetProperty("ts").GetInt64());
        }
    }

    private static List<(string Device, long AtMs, double Value)> Play(string scene, double hours, Func<SimMessage, bool> which, string channel)
    {
        var simulation = new Simulation(small, evening, new SimulationOptions { Incidents = 0 });
        Assert.Null(simulation.Play(scene, evening.AddMinutes(1)));
        var readings = new List<(string, long, double)>();
        while (simulation.TryNext(evening.AddHours(hours).ToUnixTimeMilliseconds(), out var m))
            if (which(m) && !double.IsNaN(Value(m.Payload, channel))) readings.Add((m.Device.Id, m.AtMs, Value(m.Payload, channel)));
        return readings;
    }

    private static double Value(byte[] payload, string channel)
    {
        using var json = JsonDocument.Parse(payload);
        return json.RootElement.TryGetProperty("values", out var values) && values.TryGetProperty(channel, out var value) ? value.GetDouble() : double.NaN;
    }
}
