using System.Text;
using System.Text.Json;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;
using Hub.Simulators.Scenes;

namespace Hub.Tests.Simulators;

public sealed class SimulationTests
{
    private static readonly Community small = Community.Build(scale: 0.02);

    // A Friday, local midnight.
    private static readonly DateTimeOffset midnight = new(2026, 11, 20, 0, 0, 0, TimeSpan.FromHours(8));

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_the_same_truth()
    {
        var first = Live(new Simulation(small, midnight.AddHours(18)), 6);
        var again = Live(new Simulation(Community.Build(scale: 0.02), midnight.AddHours(18)), 6);
        Assert.Equal(first.Hash, again.Hash);
        Assert.Equal(first.Truth, again.Truth);
        Assert.True(first.Count > 10_000);
    }

    [Fact]
    public void Another_seed_gives_other_bytes() =>
        Assert.NotEqual(
            Live(new Simulation(small, midnight), 1).Hash,
            Live(new Simulation(small, midnight, new SimulationOptions { Seed = 2 }), 1).Hash);

    [Fact]
    public void A_device_says_the_same_whichever_other_devices_the_scale_kept()
    {
        var line = "e1-b01-u1-line";
        var alone = SaysOf(new Simulation(Community.Build(scale: 0.01), midnight), line, 3);
        var among = SaysOf(new Simulation(Community.Build(scale: 0.05), midnight), line, 3);
        Assert.Equal(alone, among);
        Assert.InRange(alone.Count, 175, 185);
    }

    [Fact]
    public void Messages_come_in_order_of_time_and_every_one_is_json_marked_as_simulated()
    {
        var simulation = new Simulation(small, midnight);
        var last = 0L;
        while (simulation.TryNext(midnight.AddMinutes(20).ToUnixTimeMilliseconds(), out var message))
        {
            Assert.True(message.AtMs >= last);
            last = message.AtMs;
            using var json = JsonDocument.Parse(message.Payload);
            Assert.True(json.RootElement.GetProperty("sim").GetBoolean());
            Assert.StartsWith($"hub/v1/{message.Device.Id}/", message.Topic);
        }
    }

    [Fact]
    public void The_whole_community_speaks_about_110_times_a_second_in_the_morning_and_more_in_the_evening()
    {
        var whole = Community.Build();
        var morning = Live(new Simulation(whole, midnight.AddHours(9)), 0.25).Count / 900.0;
        var evening = Live(new Simulation(whole, midnight.AddHours(21.5)), 0.25).Count / 900.0;
        Assert.InRange(morning, 95, 120);
        Assert.InRange(evening, 120, 165);
    }

    [Fact]
    public void Passes_of_a_gate_follow_the_rhythm_of_the_day()
    {
        var simulation = new Simulation(Community.Build(scale: 0.13), midnight, new SimulationOptions { Incidents = 0 });
        var byHour = new double[24];
        while (simulation.TryNext(midnight.AddDays(1).ToUnixTimeMilliseconds(), out var message))
            if (message.Topic.EndsWith("reader/event", StringComparison.Ordinal) && message.Payload.AsSpan().IndexOf("granted"u8) > 0)
                byHour[(int)((message.AtMs - midnight.ToUnixTimeMilliseconds()) / 3_600_000)]++;
        var all = byHour.Sum();
        Assert.InRange(all / 2, 1_550 * 0.94, 1_550 * 1.06);
        Assert.InRange(byHour[7..9].Sum() / all, 0.16, 0.20);
        Assert.InRange(byHour[16..19].Sum() / all, 0.215, 0.265);
        Assert.InRange((byHour[22..].Sum() + byHour[..5].Sum()) / all, 0.025, 0.055);
    }

    [Fact]
    public void About_two_fifths_of_the_ports_are_busy_at_ten_in_the_evening()
    {
        var simulation = new Simulation(Community.Build(scale: 0.2), midnight.AddHours(12), new SimulationOptions { Incidents = 0 });
        var state = new Dictionary<string, bool>();
        while (simulation.TryNext(midnight.AddHours(22).ToUnixTimeMilliseconds(), out var message))
            if (message.Device.Kind == "chargerPort") state[message.Device.Id] = Encoding.UTF8.GetString(message.Payload).Contains("charging");
        Assert.InRange(state.Values.Count(busy => busy) / (double)state.Count, 0.32, 0.48);
    }

    [Fact]
    public void Every_scene_plays_and_tells_its_truth()
    {
        foreach (var scene in SceneBook.All.Where(s => s.Name is not ("chess-room" or "line-habit")))
        {
            var start = midnight.AddHours(double.IsNaN(scene.Hour) ? 15 : scene.Hour);
            var simulation = new Simulation(Community.Build(scale: 0.03), start, new SimulationOptions { Incidents = 0 });
            Assert.Null(simulation.Play(scene.Name, start.AddSeconds(5)));
            var truth = Live(simulation, scene.Length.TotalHours + 0.75).Lines.Where(t => t.Scene == scene.Name).ToList();
            Assert.True(truth.Count > 0, $"{scene.Name} told nothing");
            if (scene.Name != "lift-refused") Assert.Contains(truth, t => t.Expected == "case");
            Assert.All(truth, t => Assert.True(t.From <= t.Due && t.From <= t.To, t.ToLine()));
        }
    }

    [Fact]
    public void A_chess_room_with_a_human_source_is_a_lead_and_a_crowd_alone_is_none()
    {
        var start = midnight.AddHours(19);
        var simulation = new Simulation(Community.Build(scale: 0.03), start, new SimulationOptions { Incidents = 0 });
        Assert.Null(simulation.Play("chess-room", start));
        var truth = Live(simulation, 24 * 5.6).Lines.Where(t => t.Scene == "chess-room").ToList();
        Assert.Equal(["case", "none"], truth.Select(t => t.Expected).Order());
        Assert.NotEqual(truth[0].Place, truth[1].Place);
    }

    [Fact]
    public void An_unknown_scene_is_refused_by_name() =>
        Assert.Contains("'flood'", Assert.Throws<ArgumentException>(() => new Simulation(small, midnight).Play("flood", midnight)).Message);

    [Fact]
    public void Truth_survives_its_line_of_json()
    {
        var truth = new Truth("s", "FireSuspected", "P1", "leshan/estate-1", null, "d", 1, 2, 3, "case", "做饭");
        Assert.Equal(truth, Truth.FromLine(truth.ToLine()));
        Assert.Contains("做饭", truth.ToLine());
    }

    internal static (long Count, ulong Hash, string Truth, List<Truth> Lines) Live(Simulation simulation, double hours)
    {
        var until = simulation.NowMs + (long)(hours * 3_600_000);
        var (count, hash) = (0L, 14695981039346656037UL);
        while (simulation.TryNext(until, out var message))
        {
            count++;
            foreach (var b in message.Payload) hash = (hash ^ b) * 1099511628211UL;
        }

        var lines = new List<Truth>();
        while (simulation.TryTruth(out var truth)) lines.Add(truth);
        return (count, hash, string.Join('\n', lines.Select(t => t.ToLine())), lines);
    }

    private static List<string> SaysOf(Simulation simulation, string device, double hours)
    {
        var says = new List<string>();
        while (simulation.TryNext(simulation.NowMs < midnight.AddHours(hours).ToUnixTimeMilliseconds() ? midnight.AddHours(hours).ToUnixTimeMilliseconds() : 0, out var message))
            if (message.Device.Id == device) says.Add(Encoding.UTF8.GetString(message.Payload));
        return says;
    }
}
