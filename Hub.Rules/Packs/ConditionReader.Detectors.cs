using Hub.Rules.Expressions;
using Hub.Rules.Operators;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules.Packs;

/// <summary>Conditions that are small detectors of their own.</summary>
internal sealed partial class ConditionReader
{
    private Score ScoreOf(YamlMap map)
    {
        var items = new List<ScoreItem>();
        foreach (var entry in map.List("score"))
        {
            if (YamlMap.AsMap(entry, faults) is not { } item) continue;
            var points = Plain(item, "points", 0);
            if (points <= 0) faults.Add(entry, "an item without 'points:'", "a number above 0");
            items.Add(new ScoreItem(item.NeedText("name", "a name for the item, shown in the explanation"), points, item.Need("when", "a condition") is { } when ? Read(when) : never));
            item.End();
        }

        if (items.Count is 0 or > 20) faults.Add(map.Node, $"{items.Count} items", "1 to 20 under 'score:'");
        return new Score([.. items], Plain(map, "at_least", 0));
    }

    private Nights NightsOf(YamlMap map)
    {
        var text = map.Text("nights");
        Func<Engine.Frame, double>? value = null;
        int[] locals = [];
        string[] events = [];
        try
        {
            // A figure is summed over the night; a condition is counted.
            if (!text.StartsWith("event(", StringComparison.Ordinal)) (value, _, locals) = ExpressionCompiler.Number(text, scope);
            else
            {
                var test = ExpressionCompiler.Condition(text, scope);
                (locals, events) = (test.Locals, test.Events);
                value = f => test.Test(f) ? 1 : 0;
            }
        }
        catch (ExpressionException fault)
        {
            faults.Add(map.Get("nights")!, fault.Found, fault.Allowed, fault.At);
        }

        var use = map.Text("use", "sum");
        if (use is not ("sum" or "mean" or "increase")) faults.Add(map.Get("use")!, $"'{use}'", "sum, mean or increase (of a running counter)");
        return Keep(new Nights(
            value ?? (_ => double.NaN), locals, events, Minute(map, "from"), Minute(map, "to"), use,
            Plain(map, "at_least", 0), Plain(map, "above_median", 0), Plain(map, "mad_factor", 0), Plain(map, "times_median", 0),
            Whole(map, "history", 1, 60, 5), Plain(map, "usual", double.NaN), Whole(map, "skip_holidays", 0, 30, 0), Whole(map, "on", 1, 60), Whole(map, "of", 1, 60)));
    }

    private Node StepThenFlatOf(YamlMap map)
    {
        var text = map.Text("step_then_flat");
        try
        {
            var (value, _, locals) = ExpressionCompiler.Number(text, scope);
            var least = Plain(map, "least", 60);
            var most = Plain(map, "most", 450);
            return Keep(new StepThenFlat(value, locals, least, most, Span(map, "step_within"), Share(map, "flat_within"), Span(map, "flat_for"), Share(map, "decay_below"), Span(map, "decay_within", 4 * 3_600_000), Span(map, "decay_takes", 0)));
        }
        catch (ExpressionException fault)
        {
            faults.Add(map.Get("step_then_flat")!, fault.Found, fault.Allowed, fault.At);
            return never;
        }
    }

    private int Minute(YamlMap map, string name)
    {
        var value = map.Need(name, "a local time such as \"20:00\"");
        if (value is null) return 0;
        if (value is YamlScalarNode { Value: { } text } && TimeOnly.TryParseExact(Parameter(text), "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time)) return (time.Hour * 60) + time.Minute;
        faults.Add(value, $"'{value}'", "a local time such as \"20:00\"");
        return 0;
    }
}
