using Hub.Core;
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

    private Evidence EvidenceOf(YamlMap map)
    {
        var terms = new List<EvidenceTerm>();
        foreach (var entry in map.List("evidence"))
        {
            if (YamlMap.AsMap(entry, faults) is not { } term) continue;
            var name = term.NeedText("name", "a name for the term, shown in the trace");
            if (terms.Exists(t => string.Equals(t.Name, name, StringComparison.Ordinal))) faults.Add(entry, $"a second term '{name}'", "a name once");
            var title = term.Map("title") is { } texts ? Titled(texts) : new LocalText(name, name);
            var weight = Plain(term, "weight", 1);
            if (weight is not (> 0 and <= 1)) faults.Add(entry, $"a weight of {TextTemplate.Number(weight)}", "above 0 and at most 1");
            var halfLife = Span(term, "half_life");
            if (halfLife <= 0 && term.Has("half_life")) faults.Add(entry, "a half-life of 0", "a span of time such as 7 d");
            var when = term.Need("when", "a condition") is { } condition ? Read(condition) : never;
            terms.Add(new EvidenceTerm(name, title, when, NatsOf(term), weight, Math.Max(1, halfLife)));
            term.End();
        }

        if (terms.Count is 0 or > 20) faults.Add(map.Node, $"{terms.Count} terms", "1 to 20 under 'evidence:'");
        if (!map.Has("prior")) faults.Add(map.Node, "no 'prior:'", "the log-odds before anything was seen, such as -4.3: one building in 74 on a day");
        var (least, most) = (Plain(map, "least", -2), Plain(map, "most", 4));
        if (least > most) faults.Add(map.Node, $"least {TextTemplate.Number(least)} above most {TextTemplate.Number(most)}", "least: at most most:");
        var shared = Plain(map, "shared", 0.5);
        if (shared is not (>= 0 and <= 1)) faults.Add(map.Node, $"shared: {TextTemplate.Number(shared)}", "a share from 0 to 1");
        return Keep(new Evidence([.. terms], Plain(map, "prior", 0), Plain(map, "at_least", 0), Math.Min(least, most), most, Math.Clamp(shared, 0, 1), map.Get("spent") is { } spent ? Read(spent) : null));
    }

    private Func<Engine.Frame, double> NatsOf(YamlMap term)
    {
        if (term.Need("nats", "what it says, as a log-likelihood ratio: a number, or an expression such as score_line_charger") is not YamlScalarNode { Value: { } text } node) return _ => double.NaN;
        try
        {
            return ExpressionCompiler.Number(Parameter(text), scope, "").Value;
        }
        catch (ExpressionException fault)
        {
            faults.Add(node, fault.Found, fault.Allowed, fault.At);
            return _ => double.NaN;
        }
    }

    private static LocalText Titled(YamlMap texts)
    {
        var title = new LocalText(texts.NeedText("zh", "the text in Chinese"), texts.NeedText("en", "the text in English"));
        texts.End();
        return title;
    }

    private Node FigureOf(YamlMap map)
    {
        var name = map.Text("figure");
        var atLeast = map.Need("at_least", "a number, or a $parameter that is one") is null ? 0 : Plain(map, "at_least", 0);
        if (lets.TryGetValue(name, out var named)) return new FigureAtLeast(named, atLeast);
        faults.Add(map.Get("figure")!, $"the condition '{name}'", "the name of an earlier condition under 'let:'" + (lets.Count > 0 ? ": " + string.Join(", ", lets.Keys) : ""));
        return never;
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
            Whole(map, "history", 1, 30, 5), Plain(map, "usual", double.NaN), Whole(map, "skip_holidays", 0, 30, 0), Whole(map, "on", 1, 30), Whole(map, "of", 1, 30)));
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
