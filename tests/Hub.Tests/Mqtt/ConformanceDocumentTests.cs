using System.Text.RegularExpressions;

namespace Hub.Tests.Mqtt;

public partial class ConformanceDocumentTests
{
    [Fact]
    public void Every_test_the_conformance_tables_name_exists()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Hub.sln"))) folder = Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new DirectoryNotFoundException("Hub.sln is above no folder of this test");
        var text = File.ReadAllText(Path.Combine(folder, "docs", "mqtt-conformance.md"));
        var named = TestName().Matches(text).Select(m => (Class: m.Groups[1].Value, Method: m.Groups[2].Value)).Distinct().ToArray();
        Assert.True(named.Length > 50, $"only {named.Length} tests are named");
        Assert.All(named, name => Assert.NotNull(typeof(ConformanceDocumentTests).Assembly.GetType($"Hub.Tests.Mqtt.{name.Class}")?.GetMethod(name.Method)));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]+Tests)\\.([A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
