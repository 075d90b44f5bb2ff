using System.Text;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Readings;
using Hub.Ingest;

namespace Hub.Tests.Rules;

/// <summary>What a fire makes a sensor say beyond its rated range is judged; what a broken sensor says is not. From the bytes on the wire to the alert.</summary>
public sealed class FarAboveTests
{
    private readonly OwnDialect dialect = new(RuleScene.Channels, new IngestOptions());
    private readonly DecodedMessage message = new();

    [Theory]
    [InlineData("chargerPort", "port_temp", 79, 95)]
    [InlineData("chargerPort", "port_temp", 30, 91)]
    [InlineData("chargerPort", "port_temp", 30, 125)]
    [InlineData("chargerPort", "port_temp", 30, 590)]
    [InlineData("batteryBms", "cell_temp", 40, 131)]
    [InlineData("batteryBms", "cell_temp", 40, 420.5)]
    [InlineData("lineMonitor", "cable_temp_b", 40, 151)]
    [InlineData("lineMonitor", "cable_temp", 40, 205)]
    [InlineData("shedHeat", "temperature", 25, 85)]
    [InlineData("shedHeat", "temperature", 25, 1_050)]
    [InlineData("smokeAlarm", "smoke", 0, 45)]
    [InlineData("gasDetector", "co", 2, 12_000)]
    [InlineData("gasDetector", "lel", 2, 101)]
    [InlineData("shedGas", "co", 2, 3_000)]
    public void A_value_far_above_the_rated_range_is_P1_at_once(string kind, string channel, double before, double then)
    {
        var scene = new RuleScene();
        Say(scene, kind, channel, before);
        scene.Wait(10);
        Assert.Empty(scene.Alerts);
        Say(scene, kind, channel, then);
        Assert.Contains(scene.Alerts, a => a is { Severity: Severity.P1, Signal: AlertSignal.Raised });
        Assert.Equal(0, scene.Engine.Figures.Suspect);
    }

    [Theory]
    [InlineData("chargerPort", "port_temp", -127)]
    [InlineData("chargerPort", "port_temp", 127)]
    [InlineData("chargerPort", "port_temp", 255)]
    [InlineData("chargerPort", "port_temp", 655.35)]
    [InlineData("chargerPort", "port_temp", 850)]
    [InlineData("batteryBms", "cell_temp", 327.67)]
    [InlineData("lineMonitor", "cable_temp_a", 850)]
    [InlineData("shedHeat", "temperature", -127)]
    [InlineData("shedHeat", "temperature", 850)]
    [InlineData("shedHeat", "temperature", 999.9)]
    [InlineData("smokeAlarm", "smoke", 655.35)]
    [InlineData("gasDetector", "co", 65_535)]
    [InlineData("gasDetector", "lel", 255)]
    public void A_broken_sensor_raises_nothing_however_long_it_says_so(string kind, string channel, double value)
    {
        var scene = new RuleScene();
        Say(scene, kind, channel, 20);
        scene.Alerts.Clear();
        for (var i = 0; i < 30; i++)
        {
            scene.Wait(10);
            Say(scene, kind, channel, value);
        }

        Assert.Empty(scene.Alerts);
        Assert.Equal(30, scene.Engine.Figures.Suspect);
    }

    [Theory]
    [InlineData("chargerPort", "port_temp", 66, -127)]
    [InlineData("chargerPort", "port_temp", 70, 850)]
    [InlineData("batteryBms", "cell_temp", 66, 127)]
    [InlineData("lineMonitor", "cable_temp_a", 75, 255)]
    [InlineData("gasDetector", "lel", 12, 255)]
    public void A_sensor_that_fails_while_hot_is_taken_for_a_fire_and_one_that_fails_cold_is_not(string kind, string channel, double hot, double fault)
    {
        var scene = new RuleScene();
        Say(scene, kind, channel, hot);
        Assert.DoesNotContain(scene.Alerts, a => a.Severity == Severity.P1);
        scene.Wait(20);
        Say(scene, kind, channel, fault);
        Assert.Contains(scene.Alerts, a => a.Severity == Severity.P1);

        var cooled = new RuleScene();
        Say(cooled, kind, channel, hot);
        for (var i = 0; i < 20; i++)
        {
            cooled.Wait(10);
            Say(cooled, kind, channel, 3);
        }

        Say(cooled, kind, channel, fault);
        Assert.DoesNotContain(cooled.Alerts, a => a.Severity == Severity.P1);
    }

    [Fact]
    public void The_shed_gas_heads_own_alarm_is_a_suspected_fire()
    {
        var scene = new RuleScene();
        scene.Event(scene.Device("g", "shedGas", RuleScene.Shed), "alarm");
        Assert.Equal((Severity.P1, "FireSuspected"), (Assert.Single(scene.Alerts).Severity, scene.Alerts[0].Type));
    }

    [Fact]
    public void Hydrogen_beside_a_hot_port_is_a_battery_fire()
    {
        var scene = new RuleScene();
        scene.Say(scene.Device("p", "chargerPort", RuleScene.Shed + "/bay-01"), ("port_temp", 62), ("power", 0));
        var gas = scene.Device("g", "shedGas", RuleScene.Shed);
        for (var i = 0; i < 7; i++)
        {
            scene.Say(gas, ("co", 2), ("h2", i * 15));
            scene.Wait(10);
        }

        Assert.Contains(scene.Alerts, a => a is { Rule: "A3-shed-fire", Severity: Severity.P1 });
    }

    [Fact]
    public void Every_figure_of_the_proof_is_judged_and_not_taken_for_a_fault()
    {
        foreach (var signal in Hub.Rules.Safety.Signal.All.Where(s => s.Channel is not null && !double.IsNaN(s.Value)))
            Assert.False(RuleScene.Channels.Find(signal.Channel!)!.IsSuspect(signal.Value), signal.Words);
    }

    private void Say(RuleScene scene, string kind, string channel, double value)
    {
        message.Clear();
        Assert.True(dialect.Decode(MessageKind.Telemetry, Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"values\":{{\"{channel}\":{value}}}}}")), scene.NowMs, message), message.Detail);
        var reading = Assert.Single(message.Observations[0].Readings.ToArray());
        var place = kind.StartsWith("shed", StringComparison.Ordinal) || kind == "chargerPort" ? RuleScene.Shed : RuleScene.Stairwell;
        scene.Send(scene.Device("d", kind, place), MessageKind.Telemetry, null, [(channel, reading.Value)], suspect: reading.Suspect);
    }
}
