using System.Text.RegularExpressions;

namespace Hub.Tests.House;

/// <summary>docs/reliability.md promises; what it names as proof must be there.</summary>
public sealed partial class ReliabilityDocumentTests
{
    private static string Text => File.ReadAllText(Path.Combine(Repository.Root, "docs", "reliability.md"));

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Contract.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText, StringComparer.Ordinal);
        var named = TestName().Matches(Text).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToArray();

        Assert.True(named.Length > 20, $"only {named.Length} tests are named");
        Assert.All(named, name =>
        {
            Assert.True(sources.Contains(name.Class), $"there is no {name.Class}.cs below tests/");
            if (name.Method.Length > 0) Assert.Contains(sources[name.Class], text => text.Contains($" {name.Method}(", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Every_script_that_it_names_exists()
    {
        var named = ScriptName().Matches(Text).Select(m => m.Value).Distinct().ToArray();

        Assert.True(named.Length > 3, $"only {named.Length} scripts are named");
        Assert.All(named, script => Assert.True(File.Exists(Path.Combine(Repository.Root, script)), $"there is no {script}"));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+(?:Tests|Contract))(?:\\.([A-Za-z0-9_]+))?`")]
    private static partial Regex TestName();

    [GeneratedRegex("bench/[a-z-]+\\.sh")]
    private static partial Regex ScriptName();
}
