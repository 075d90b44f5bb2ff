using Hub.Rules;

namespace Hub.Tests.Rules;

public class StandingTests
{
    [Fact]
    public void An_engine_says_what_its_state_takes_and_which_rule_takes_it()
    {
        var scene = new RuleScene();
        for (var i = 0; i < 20; i++) scene.Say(scene.Device($"p{i}", "chargerPort", $"{RuleScene.Shed}/bay-{i}"), ("port_temp", 30), ("power", 100));
        var saved = scene.Save();
        var standing = scene.Engine.Standing();

        Assert.Equal(20, standing.Figures.Devices);
        Assert.Equal(standing.Figures.Keys, standing.Rules.Sum(r => r.Keys));
        Assert.Equal(standing.Figures.Bytes, standing.DeviceBytes + standing.Rules.Sum(r => r.Bytes));
        Assert.Equal(20, standing.Rules.Single(r => r.Rule == "A4-overload").Keys);
        Assert.Equal(1, standing.Rules.Single(r => r.Rule == "A3-shed-fire").Keys);
        Assert.Equal(saved.Length, standing.SavedBytes);
        Assert.True(standing.DetectorKeys >= 20, "each port has a detector of its charges");
        Assert.InRange(standing.DetectorBytes, standing.DetectorKeys * 100L, standing.SavedBytes);
        Assert.Equal(new EngineOptions().MaxKeys, standing.MaxKeys);
    }
}
