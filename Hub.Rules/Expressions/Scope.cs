using Hub.Core;

namespace Hub.Rules.Expressions;

/// <summary>A running view on one channel over a span, shared by all rules that ask for the same.</summary>
internal readonly record struct WindowNeed(Channel Channel, long SpanMs);

/// <summary>A comparison of an expression, kept so that an alert can show the reading against its threshold.</summary>
/// <param name="Local">Number of the channel within the rule; -1 for an event's confidence.</param>
/// <param name="Left">Left side as an input's channel name (<c>port_temp</c>, <c>rate(port_temp, 120 s)</c>).</param>
/// <param name="Unit">Unit of both sides.</param>
/// <param name="Operator">The comparison.</param>
/// <param name="Value">Left side.</param>
/// <param name="Threshold">Right side.</param>
/// <param name="Limit">Right side when it is a plain number; else NaN.</param>
internal sealed record ShownComparison(int Local, string Left, string Unit, string Operator, Func<Engine.Frame, double> Value, Func<Engine.Frame, double> Threshold, double Limit)
{
    /// <summary>Whether it holds between these two.</summary>
    public bool Holds(double value, double threshold) => Operator switch
    {
        ">=" => value >= threshold,
        ">" => value > threshold,
        "<=" => value <= threshold,
        "<" => value < threshold,
        "==" => value == threshold,
        _ => value < threshold || value > threshold,
    };
}

/// <summary>What the expressions of one rule name: channels, spans, event types, parameters.</summary>
internal sealed class Scope(ChannelTable channels, IReadOnlyDictionary<string, string> parameters, IReadOnlySet<string> ownChannels)
{
    public List<Channel> Channels { get; } = [];
    public List<WindowNeed> Windows { get; } = [];
    public SortedSet<Core.Places.PlaceKind> NeighbourLevels { get; } = [];
    /// <summary>Asks for devices that went silent: judged when one does, too.</summary>
    public bool AsksLosses { get; set; }

    /// <summary>Types of alerts it counts: judged when one of them is raised, too.</summary>
    public HashSet<string> AsksRaised { get; } = new(StringComparer.Ordinal);

    /// <summary>Names under <c>let:</c>, for messages.</summary>
    public HashSet<string> Conditions { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Events { get; } = new(StringComparer.Ordinal);
    public IReadOnlyDictionary<string, string> Parameters { get; } = parameters;

    /// <summary>Number of a channel within the rule; -1 when there is no such channel.</summary>
    public int Local(string name)
    {
        for (var i = 0; i < Channels.Count; i++) if (string.Equals(Channels[i].Name, name, StringComparison.Ordinal)) return i;
        var channel = channels.Find(name);
        if (channel is null && ownChannels.Contains(name)) channel = channels.GetOrAdd(name);
        if (channel is null || (channel.Unit.Length == 0 && !Known(name))) return -1;
        Channels.Add(channel);
        return Channels.Count - 1;
    }

    public int Window(int local, long spanMs)
    {
        var need = new WindowNeed(Channels[local], spanMs);
        var at = Windows.IndexOf(need);
        if (at >= 0) return at;
        Windows.Add(need);
        return Windows.Count - 1;
    }

    /// <summary>The channel names most like a wrong one.</summary>
    public string Suggest(string name)
    {
        if (Conditions.Contains(name)) return $"'{name}' is a condition under 'let:', usable below the line that names it, alone or in a list: all: [{name}, …]";
        var names = ChannelCatalogue.All.Select(r => r.Name).Concat(ownChannels);
        return Spelling.Nearest(name, names) is { } near ? $"did you mean '{near}'?" : "a channel of the catalogue, or one declared under 'channels:' of the pack";
    }

    private bool Known(string name) => ownChannels.Contains(name) || ChannelCatalogue.All.Any(r => string.Equals(r.Name, name, StringComparison.Ordinal));
}
