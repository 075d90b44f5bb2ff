using Hub.Rules.Operators;

namespace Hub.Rules.Packs;

/// <summary>Operators that look back: counts, alerts raised before, people who come and go.</summary>
internal sealed partial class ConditionReader
{
    private Node CountOf(YamlMap map)
    {
        var inner = Read(map.Get("count")!);
        var (atLeast, within) = (Whole(map, "at_least", 1, 64), Span(map, "within"));
        if (!ByTrack(map)) return Keep(new CountWithin(inner, atLeast, Whole(map, "of", 0, 64, 0), within, Span(map, "spaced", 0)));
        foreach (var other in (string[])["of", "spaced"])
            if (map.Get(other) is { } value) faults.Add(value, $"'{other}:' beside 'by: track'", "one of the two");
        return Keep(new CountByTrack(inner, atLeast, within));
    }

    private static bool ByTrack(YamlMap map)
    {
        var by = map.Text("by", "key");
        if (by is not ("key" or "track")) map.Faults.Add(map.Get("by")!, $"by: {by}", "key or track");
        return by is "track";
    }

    private RaisedBefore RaisedOf(YamlMap map)
    {
        string[] types = [.. map.Texts("types")];
        if (types.Length == 0) faults.Add(map.Node, "'raised:' without 'types:'", "the types of alerts that count, such as types: [FlyingWireCharging]");
        foreach (var type in types) scope.AsksRaised.Add(type);
        return Keep(new RaisedBefore(SeverityOf(map.Get("raised")!), types, [.. map.Texts("rules")], Whole(map, "at_least", 1, 64), Span(map, "within")));
    }

    private Regulars RegularsOf(YamlMap map)
    {
        var inner = Read(map.Get("regulars")!);
        var span = (int)(Span(map, "within") / 86_400_000);
        if (span is < 1 or > Regulars.MostDays) faults.Add(map.Node, $"'within:' of {span} days", $"1 d to {Regulars.MostDays} d");
        var (attribute, times, otherwise) = ("", 0.0, 0.0);
        if (map.Map("more_than") is { } limit)
        {
            attribute = limit.NeedText("attribute", "the attribute of the place that says how many there may be, such as bedrooms");
            (times, otherwise) = (Plain(limit, "times", 1), Plain(limit, "otherwise", double.NaN));
            if (double.IsNaN(otherwise)) faults.Add(limit.Node, "no 'otherwise:'", "its value where a place has none, such as otherwise: 3");
            limit.End();
        }

        return Keep(new Regulars(inner, Math.Clamp(span, 1, Regulars.MostDays), Whole(map, "on", 1, Regulars.MostDays), Whole(map, "at_least", 1, 64), attribute, times, otherwise));
    }
}
