using System.Text.RegularExpressions;
using Hub.Tests.Rules;

namespace Hub.Tests.House;

/// <summary>docs/anomalies.md says clause by clause what raises what; rules and tests that it names must be there, and no rule may be left out.</summary>
public sealed partial class AnomaliesDocumentTests
{
    private static readonly string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "anomalies.md"));

    [Fact]
    public void Every_rule_is_named_and_every_name_is_a_rule()
    {
        var named = RuleName().Matches(text).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(RuleScene.Shipped.Rules.Select(r => r.Id).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_seventeen_have_a_chapter_in_both_languages()
    {
        var chapters = text.Split('\n').Where(l => l.StartsWith("## A", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Enumerable.Range(1, 17).Select(i => $"A{i}"), chapters.Select(c => c.Split(' ')[1]));
        Assert.All(chapters, c => Assert.Matches(@"\([\u4e00-\u9fff、]+\)", c));
    }

    [Fact]
    public void Every_step_and_parameter_in_brackets_is_the_rules_own()
    {
        foreach (Match match in Detail().Matches(text))
        {
            var rule = RuleScene.Shipped.Compiled.Single(r => r.Id == match.Groups[1].Value);
            string[] words = [.. rule.Steps.Select(s => s.Name), .. rule.Lets.Keys];
            foreach (var word in match.Groups[2].Value.Split(", "))
                Assert.True(words.Contains(word, StringComparer.Ordinal), $"{rule.Id} has no step or condition '{word}'; it has {string.Join(", ", words)}");
        }
    }

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var sources = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        var named = TestName().Matches(text).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToArray();
        Assert.True(named.Length > 80, $"only {named.Length} tests are named");
        Assert.All(named, name =>
        {
            Assert.Contains($"class {name.Class}", sources, StringComparison.Ordinal);
            Assert.Contains($" {name.Method}(", sources, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_clause_says_where_it_is_done_or_why_it_is_not()
    {
        foreach (var row in text.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| clause", StringComparison.Ordinal)))
        {
            var cells = row.Split(" | ");
            Assert.True(cells.Length == 3, row);
            Assert.True(TestName().IsMatch(row) || row.Contains("**not done**", StringComparison.OrdinalIgnoreCase) || row.Contains("edge", StringComparison.Ordinal) || row.Contains("see A", StringComparison.Ordinal) || row.Contains("anonymous", StringComparison.Ordinal), row);
        }
    }

    [GeneratedRegex("`((?:A[0-9]+|D)-[a-z0-9-]+)`")]
    private static partial Regex RuleName();

    [GeneratedRegex(@"`((?:A[0-9]+|D)-[a-z0-9-]+)` \(([a-zA-Z_, -]+?)\)")]
    private static partial Regex Detail();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+)\\.([A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
