using Hub.Core.Ports;
using Hub.Tests.Road;

namespace Hub.Tests.Replay;

public sealed class PromoteTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_promoted_pack_is_written_and_judges_from_the_next_record_on()
    {
        await using var past = await StartAsync();

        var done = await past.Promoter.PromoteAsync([new PackText("", RuleRoad.Pack("60 °C", "2"))], past.Promoter.Fingerprint, "anna", Stop);
        await past.Road.SayAsync(65, times: 4);
        await past.Road.WorkAndEndAsync();

        Assert.Equal((0, false), (done.Faults.Count, done.Outdated));
        Assert.Equal(["test.yaml"], done.Changed);
        Assert.Equal((done.Fingerprint, RuleRoad.Pack("60 °C", "2")), (past.Road.Rules.Fingerprint, await File.ReadAllTextAsync(Path.Combine(past.Road.Folder, "test.yaml"), Stop)));
        Assert.Equal("2", Assert.Single(await past.Road.AlertsAsync(), a => a.Rule == "T1").RuleVersion);
        Assert.Equal("anna", past.Road.Rules.Kept.Single(k => k.Fingerprint == done.Fingerprint).By);
    }

    [Fact]
    public async Task A_changed_rule_needs_another_version()
    {
        await using var past = await StartAsync();

        var refused = await past.Promoter.PromoteAsync([new PackText("", RuleRoad.Pack("60 °C", "1"))], "", "anna", Stop);

        Assert.Contains("still version 1", Assert.Single(refused.Faults), StringComparison.Ordinal);
        await UnchangedAsync(past);
    }

    [Fact]
    public async Task A_broken_pack_changes_nothing()
    {
        await using var past = await StartAsync();

        var refused = await past.Promoter.PromoteAsync([new PackText("test.yaml", RuleRoad.Pack("60 °X", "2"))], "", "anna", Stop);

        Assert.StartsWith("test.yaml:5:", Assert.Single(refused.Faults), StringComparison.Ordinal);
        await UnchangedAsync(past);
    }

    [Fact]
    public async Task What_was_tried_against_other_rules_is_refused()
    {
        await using var past = await StartAsync();
        var seen = past.Promoter.Fingerprint;
        await past.Promoter.PromoteAsync([new PackText("", RuleRoad.Pack("60 °C", "2"))], seen, "anna", Stop);

        var late = await past.Promoter.PromoteAsync([new PackText("", RuleRoad.Pack("55 °C", "3"))], seen, "ben", Stop);

        Assert.True(late.Outdated);
        Assert.Equal("2", past.Road.Rules.Rules.Single(r => r.Id == "T1").Version);
    }

    [Fact]
    public async Task A_folder_that_is_broken_by_hand_meanwhile_refuses_the_promotion_and_keeps_its_own_files()
    {
        await using var past = await StartAsync();
        await File.WriteAllTextAsync(Path.Combine(past.Road.Folder, "other.yaml"), "pack: other\nrules: [}", Stop);

        var refused = await past.Promoter.PromoteAsync([new PackText("", RuleRoad.Pack("60 °C", "2"))], "", "anna", Stop);

        Assert.Contains("other.yaml", Assert.Single(refused.Faults), StringComparison.Ordinal);
        await UnchangedAsync(past);
        Assert.Equal("pack: other\nrules: [}", await File.ReadAllTextAsync(Path.Combine(past.Road.Folder, "other.yaml"), Stop));
    }

    private static async Task<PastRoad> StartAsync()
    {
        var past = await PastRoad.StartAsync(RuleRoad.Pack("70 °C", "1"));
        await past.SettleAsync();
        return past;
    }

    private static async Task UnchangedAsync(PastRoad past)
    {
        Assert.Equal("1", past.Road.Rules.Rules.Single(r => r.Id == "T1").Version);
        Assert.Equal(RuleRoad.Pack("70 °C", "1"), await File.ReadAllTextAsync(Path.Combine(past.Road.Folder, "test.yaml"), Stop));
        Assert.Empty(Directory.EnumerateFiles(past.Road.Folder, "*.half"));
    }
}
