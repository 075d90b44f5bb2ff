using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.EndToEndTests.Support;

namespace Hub.EndToEndTests;

/// <summary>From a changed pack to rules in force, over the API of a whole hub.</summary>
public sealed class TrialTests
{
    private const string Port = "e1-s1-p01";
    private const string Pack = "a03-battery-thermal.yaml";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_changed_pack_is_tried_on_what_the_hub_lived_through_and_then_put_in_force()
    {
        var rules = Directory.CreateTempSubdirectory("hub-rules-").FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "rules"), "*.yaml")) File.Copy(file, Path.Combine(rules, Path.GetFileName(file)));
        await using var hub = await TestHub.StartAsync(settings: ("Hub:Rules:Directory", rules));
        await hub.RegisterAsync((Port, "chargerPort", "leshan/estate-1/shed-1/bay-01"));
        await using (var client = await hub.ClientAsync())
        {
            // Three quarters of a minute at 57 °C while charging: below the shipped 60 °C.
            var begin = TestHub.Real.GetUtcNow().AddMinutes(-2).ToUnixTimeMilliseconds();
            for (var i = 0; i < 10; i++)
                await client.PublishAsync($"hub/v1/{Port}/telemetry", System.Text.Encoding.UTF8.GetBytes($$$"""{"ts":{{{begin + (i * 5_000)}}},"values":{"port_temp":57,"power":180}}"""), Mqtt.Qos.AtLeastOnce, false, Stop);
        }

        await hub.SettledAsync(Stop);
        Assert.Empty(await hub.CasesAsync(Stop));
        var text = await File.ReadAllTextAsync(Path.Combine(rules, Pack), Stop);
        var before = (string)(await hub.GetAsync("rules/A3-port-thermal", Stop))["version"]!;
        var changed = Regex.Replace(text, "version: .*", "version: 9.0.0").Replace("warm: 60 °C", "warm: 55 °C", StringComparison.Ordinal);

        var trial = await PostAsync(hub, "rules/backtest?wait=60s", new { files = new[] { new { file = Pack, text = changed } }, from = TestHub.Real.GetUtcNow().AddHours(-1).ToString("O"), to = TestHub.Real.GetUtcNow().AddMinutes(1).ToString("O") });
        var report = trial["report"]!;
        var row = report["rules"]!.AsArray().Single(r => (string)r!["rule"]! == "A3-port-thermal")!;
        Assert.Equal((0, 1, 1), ((int)row["cases"]!["now"]!, (int)row["cases"]!["tried"]!, (int)row["cases"]!["gained"]!));

        var promoted = await PostAsync(hub, "rules/promote", new { files = new[] { new { file = Pack, text = changed } }, fingerprint = (string)report["fingerprint"]!, reason = "finds warm ports sooner" });
        Assert.Equal((string)report["triedFingerprint"]!, (string)promoted["fingerprint"]!);
        Assert.Equal("9.0.0", (string)(await hub.GetAsync("rules/A3-port-thermal", Stop))["version"]!);

        var why = await hub.GetAsync($"rules/A3-port-thermal/trace?device={Port}&limit=5", Stop);
        var past = await hub.GetAsync($"rules/A3-port-thermal/trace?device={Port}&from={TestHub.Real.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds()}&to={TestHub.Real.GetUtcNow().ToUnixTimeMilliseconds()}", Stop);
        Assert.NotNull(why["items"]);
        Assert.Equal((10, before), (past["items"]!.AsArray().Count, (string)past["items"]![0]!["ruleVersion"]!));
        Directory.Delete(rules, recursive: true);
    }

    private static async Task<JsonNode> PostAsync(TestHub hub, string path, object body)
    {
        var answer = await hub.Api.PostAsJsonAsync(path, body, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
