using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Rules.Expressions;

namespace Hub.Tests.Rules;

/// <summary>Whoever writes a rule needs the words it may name; the page that lists them is made of the catalogue itself.</summary>
public class RuleWordsTests
{
    private static readonly string page = Path.Combine(Path.GetDirectoryName(RuleScene.RulesFolder)!, "docs", "formats", "rule-words.md");

    [Fact]
    public void The_page_of_words_lists_all_channels_kinds_places_units_types_events_and_roles()
    {
        var words = Page();
        if (Environment.GetEnvironmentVariable("HUB_WRITE_DOCS") is "1") File.WriteAllText(page, words);
        Assert.True(string.Equals(words, File.ReadAllText(page).ReplaceLineEndings("\n"), StringComparison.Ordinal), "docs/formats/rule-words.md is not of this catalogue; run this test with HUB_WRITE_DOCS=1 to write it anew");
    }

    private static string Page()
    {
        var text = new StringBuilder();
        text.Append("# The words a rule may name\n\nMade of the hub's own catalogue; a test keeps it so. How they are used: [rules.md](../rules.md).\n");

        text.Append("\n## Channels\n\nA value outside the range is kept, marked *suspect*, and judged by no rule; so is a number by which a sensor says that it has none (127, 999 and the like). Another name is taken as it comes, without unit; a pack declares it under `channels:`.\n\n");
        text.Append("| channel | unit | range | 中文 | English |\n|---|---|---|---|---|\n");
        foreach (var row in ChannelCatalogue.All)
            text.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {(row.Unit.Length > 0 ? row.Unit : "–")} | {Plain(row.Min)} … {Plain(row.Max)} | {row.Title.Zh} | {row.Title.En} |\n");

        text.Append("\n## Kinds of devices (`watch: {kinds: […]}`)\n\nSilent beyond the limit, a device is an outage (A17). Other kinds may be registered and watched too; their limit is that of `unknown`.\n\n");
        text.Append("| kind | silent for at most | 中文 | English |\n|---|---|---|---|\n");
        foreach (var kind in DeviceKinds.All)
            text.Append(CultureInfo.InvariantCulture, $"| `{kind.Id}` | {Span(kind.OfflineAfterSeconds)} | {kind.Title.Zh} | {kind.Title.En}{(kind.LifeSafety ? " (life safety)" : "")} |\n");

        text.Append("\n## Events (`event(…)`)\n\nAny short word; these are asked for by the rules that ship:\n\n");
        var events = RuleScene.Shipped.Compiled.SelectMany(r => r.Scope.Events).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        text.Append(List(events));

        text.Append("\n## Kinds of places (`key:`, `level:`, `watch: {places: […]}`)\n\n");
        text.Append(List(Enum.GetNames<PlaceKind>().Skip(1).Select(n => n.ToLowerInvariant())));

        text.Append("\n## Units\n\n").Append(Units.Allowed).Append('\n');

        text.Append("\n## Types (`type:`)\n\nA site may add its own.\n\n| type | 中文 | English |\n|---|---|---|\n");
        foreach (var type in AnomalyTypes.All) text.Append(CultureInfo.InvariantCulture, $"| `{type}` | {AnomalyTypes.TitleOf(type).Zh} | {AnomalyTypes.TitleOf(type).En} |\n");

        text.Append("\n## Roles (`firstReceivers:`)\n\n").Append(List(Roles.All));
        return text.ToString();
    }

    private static string List(IEnumerable<string> words) => string.Join(", ", words.Select(w => $"`{w}`")) + "\n";

    private static string Plain(double value) => value.ToString("#,##0", CultureInfo.InvariantCulture);

    private static string Span(int seconds) => seconds >= 7_200 ? $"{seconds / 3_600} h" : $"{seconds / 60} min";
}
