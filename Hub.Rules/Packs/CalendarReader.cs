using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>Reads the holiday calendar: public holidays, and the make-up workdays that fall on weekends.</summary>
internal static class CalendarReader
{
    /// <summary>By date: true for a workday, false for a day off; only days that differ from their weekday.</summary>
    public static IReadOnlyDictionary<DateOnly, bool> Read(string text, FaultList faults)
    {
        var days = new Dictionary<DateOnly, bool>();
        if (YamlText.Root(text, faults, "holidays: and workdays:, lists of dates", mayBeEmpty: true) is not { } root) return days;
        root.Text("source");
        Add(root, "holidays", false, days);
        Add(root, "workdays", true, days);
        root.End();
        return days;
    }

    // A date, or a holiday of several days with its name.
    private static void Add(YamlMap root, string name, bool works, Dictionary<DateOnly, bool> days)
    {
        foreach (var node in root.List(name))
        {
            if (node is YamlMappingNode && YamlMap.AsMap(node, root.Faults) is { } span)
            {
                span.Text("name");
                var (from, to) = (Date(span, "from"), Date(span, "to"));
                span.End();
                if (to < from || to.DayNumber - from.DayNumber > 60) root.Faults.Add(node, $"{from:yyyy-MM-dd} to {to:yyyy-MM-dd}", "an end on or after the start, at most 60 days later");
                else for (var day = from; day <= to; day = day.AddDays(1)) days[day] = works;
            }
            else if (node is YamlScalarNode { Value: { } text } && TryDate(text, out var day)) days[day] = works;
            else root.Faults.Add(node, $"'{node}'", "a date such as 2026-10-01, or {name: …, from: …, to: …}");
        }
    }

    private static DateOnly Date(YamlMap span, string name)
    {
        if (TryDate(span.NeedText(name, "a date such as 2026-10-01"), out var day)) return day;
        span.Faults.Add(span.Node, $"no date under '{name}:'", "a date such as 2026-10-01");
        return default;
    }

    private static bool TryDate(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
