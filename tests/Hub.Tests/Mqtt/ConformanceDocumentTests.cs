using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Tests.Mqtt;

public partial class ConformanceDocumentTests
{
    [Fact]
    public void Every_test_the_conformance_tables_name_exists()
    {
        var text = Document();
        var named = TestName().Matches(text).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToArray();
        Assert.True(named.Length > 50, $"only {named.Length} tests are named");
        Assert.All(named, name => Assert.NotNull(typeof(ConformanceDocumentTests).Assembly.GetType($"Hub.Tests.Mqtt.{name.Class}")?.GetMethod(name.Method)));
    }

    /// <summary>Section and number of its last statement; the first is 1 unless another is given.</summary>
    [Theory]
    [InlineData("MQTT 5.0", """
        1.5.4=3 1.5.5=1 1.5.7=1 2.1.3=1 2.2.1=2-6 2.2.2=1 3.1.0=2 3.1.2=30 3.1.3=12 3.1.4=6 3.2.0=2 3.2.2=22 3.3.1=13 3.3.2=20 3.3.4=10 3.4.2=3
        3.5.2=3 3.6.1=1 3.6.2=3 3.7.2=3 3.8.1=1 3.8.3=5 3.8.4=8 3.9.2=2 3.9.3=2 3.10.1=1 3.10.3=2 3.10.4=6 3.11.2=2 3.11.3=2 3.12.4=1 3.14.0=1
        3.14.1=1 3.14.2=4 3.14.4=3 3.15.1=1 3.15.2=3 4.1.0=2 4.2.0=1 4.3.1=1 4.3.2=5 4.3.3=13 4.4.0=2 4.5.0=2 4.6.0=6 4.7.0=1 4.7.1=2 4.7.2=1
        4.7.3=4 4.8.2=6 4.9.0=3 4.12.0=7 4.12.1=2 4.13.1=1 4.13.2=1 6.0.0=4
        """)]
    [InlineData("MQTT 3.1.1", """
        1.5.3=3 2.2.2=2 2.3.1=7 3.1.0=2 3.1.2=24 3.1.3=11 3.1.4=5 3.2.0=1 3.2.2=6 3.3.1=12 3.3.2=3 3.3.4=1 3.3.5=2 3.6.1=1 3.8.1=1 3.8.3=4 3.8.4=6
        3.9.3=2 3.10.1=1 3.10.3=2 3.10.4=6 3.12.4=1 3.14.1=1 3.14.4=3 4.1.0=2 4.2.0=1 4.3.1=1 4.3.2=2 4.3.3=2 4.4.0=1 4.5.0=2 4.6.0=6 4.7.1=3
        4.7.2=1 4.7.3=4 4.8.0=2 6.0.0=4
        """)]
    public void Every_statement_of_the_standard_has_a_row(string version, string sections)
    {
        var table = Section(version);
        var listed = Statement().Matches(table).SelectMany(Numbers).ToHashSet();
        var wanted = sections.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(section =>
        {
            var (name, range) = (section.Split('=')[0], section.Split('=')[1].Split('-'));
            return Span(name, range.Length == 2 ? range[0] : "1", range[^1]);
        }).ToHashSet();
        Assert.Empty(wanted.Except(listed));
        Assert.Empty(listed.Except(wanted));
    }

    [Fact]
    public void Every_row_names_a_test_or_says_why_there_is_none()
    {
        foreach (var version in (string[])["MQTT 5.0", "MQTT 3.1.1"])
        {
            var rows = Section(version).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsDigit(line[2]));
            Assert.All(rows, row => Assert.True(row.Split('|')[3].Trim().Trim('–').Length > 5, $"the row '{row}' shows nothing"));
        }
    }

    private static string Section(string version) => Document().Split("\n## ").Single(part => part.StartsWith(version, StringComparison.Ordinal));

    private static IEnumerable<string> Numbers(Match match) => Span(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Success ? match.Groups[3].Value : match.Groups[2].Value);

    private static IEnumerable<string> Span(string section, string first, string last)
    {
        var (from, to) = (int.Parse(first, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture));
        return Enumerable.Range(from, to - from + 1).Select(n => $"{section}-{n}");
    }

    private static string Document() => File.ReadAllText(Path.Combine(House.Repository.Root, "docs", "mqtt-conformance.md"));

    [GeneratedRegex("(?<=[| ])([0-9]+\\.[0-9]+\\.[0-9]+)-([0-9]+)(?: to [0-9.]+-([0-9]+))?(?=[, ])")]
    private static partial Regex Statement();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+Tests)\\.([A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
