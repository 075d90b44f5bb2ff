using System.Text.RegularExpressions;
using Hub.Core;
using Hub.Rules;

namespace Hub.Tests.Rules;

public sealed partial class GuideTests
{
    [Fact]
    public void The_first_rule_of_the_guide_is_taken_beside_the_shipped_ones_as_it_stands_there()
    {
        var guide = File.ReadAllText(Path.Combine(RuleScene.RulesFolder, "..", "docs", "rules.md"));
        var yaml = FirstRule().Match(guide).Groups[1].Value;

        var book = RuleBook.Parse([.. RuleScene.Shipped.Files, ("x1-warm-idle-port.yaml", yaml)], new ChannelTable(), TimeZoneInfo.Utc);

        Assert.True(Assert.Single(book.Rules, r => r.Id == "X1-warm-idle-port").Shadow);
        Assert.Empty(book.SafetyGaps());
    }

    [Fact]
    public void The_ground_of_every_shipped_rule_reads_in_either_language()
    {
        foreach (var rule in RuleScene.Shipped.Rules)
        {
            Assert.DoesNotContain(rule.BasisEn, c => c is >= '\u4e00' and <= '\u9fff');
            Assert.False(string.IsNullOrWhiteSpace(rule.Basis) || string.IsNullOrWhiteSpace(rule.BasisEn), rule.Id);
        }
    }

    [GeneratedRegex("```yaml\n(pack: warm-idle-port.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstRule();
}
