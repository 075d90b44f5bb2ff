using Hub.Core;
using Hub.Rules.Detectors.Bank;
using Hub.Rules.Expressions;
using Hub.Rules.Packs;

namespace Hub.Rules.Engine;

/// <summary>Which rules a kind of device feeds, through which channels and events: worked out once, so that a reading finds its rules by index.</summary>
internal sealed class KindPlan
{
    private ulong[] byChannel;
    private short[] slotOf;
    private short[][] windowsOf;
    private Dictionary<string, ulong[]> byEvent = new(StringComparer.OrdinalIgnoreCase);

    public KindPlan(string kind, RuleBook book, int channelCount)
    {
        Kind = kind;
        foreach (var rule in book.Compiled)
            if (rule.Watches(kind)) Rules.Add(new PlannedRule(rule));
        Words = (Rules.Count + 63) / 64;
        Detectors = [.. Enumerable.Range(0, book.Detectors.Count).Where(i => book.Detectors[i].Kinds.Contains(kind))];
        Fed = [.. Detectors.Select(i => new DetectorFeed(book.Detectors[i]))];

        foreach (var planned in Rules)
        {
            planned.ChannelSlots = [.. planned.Rule.Scope.Channels.Select(SlotFor)];
            NeighbourLevels.UnionWith(planned.Rule.Scope.NeighbourLevels);
            planned.WindowSlots = [.. planned.Rule.Scope.Windows.Select(WindowFor)];
        }

        foreach (var i in Detectors)
        {
            if (book.Detectors[i].Peers == Core.Places.PlaceKind.Unknown) continue;
            foreach (var channels in book.Detectors[i].Channels) if (channels.Length > 0) SlotFor(channels[0]);
            NeighbourLevels.Add(book.Detectors[i].Peers);
        }

        byChannel = new ulong[channelCount * Math.Max(Words, 1)];
        slotOf = new short[channelCount];
        Array.Fill(slotOf, (short)-1);
        windowsOf = new short[Slots.Count][];
        for (var s = 0; s < Slots.Count; s++)
        {
            slotOf[Slots[s].Index] = (short)s;
            windowsOf[s] = [.. Enumerable.Range(0, Windows.Count).Where(w => ReferenceEquals(Windows[w].Channel, Slots[s])).Select(w => (short)w)];
        }

        for (var r = 0; r < Rules.Count; r++) Subscribe(r);
    }

    public string Kind { get; }

    /// <summary>Numbers of the declared detectors that watch this kind.</summary>
    public int[] Detectors { get; private set; }

    /// <summary>How each of them is fed.</summary>
    public DetectorFeed[] Fed { get; private set; }

    /// <summary>Words of 64 bits that a set of this plan's rules takes.</summary>
    public int Words { get; private set; }

    public List<Channel> Slots { get; private set; } = [];
    public List<WindowNeed> Windows { get; private set; } = [];
    public List<PlannedRule> Rules { get; private set; } = [];

    /// <summary>Levels at which a rule compares a device with its neighbours.</summary>
    public SortedSet<Core.Places.PlaceKind> NeighbourLevels { get; private set; } = [];

    /// <summary>Takes over a plan of other rules: the devices of the kind keep theirs, and see it changed.</summary>
    public void Become(KindPlan next)
    {
        (byChannel, slotOf, windowsOf, byEvent) = (next.byChannel, next.slotOf, next.windowsOf, next.byEvent);
        (Detectors, Fed, Words, Slots, Windows, Rules, NeighbourLevels) = (next.Detectors, next.Fed, next.Words, next.Slots, next.Windows, next.Rules, next.NeighbourLevels);
    }

    /// <summary>Slot of a channel; -1 when no rule asks for it.</summary>
    public int SlotOf(Channel channel) => (uint)channel.Index < (uint)slotOf.Length ? slotOf[channel.Index] : -1;

    public ReadOnlySpan<short> WindowsOf(int slot) => windowsOf[slot];

    public ReadOnlySpan<ulong> RulesOf(Channel channel) => byChannel.AsSpan(channel.Index * Words, Words);

    public bool RulesOf(string eventType, out ulong[] rules) => byEvent.TryGetValue(eventType, out rules!);

    private int SlotFor(Channel channel)
    {
        var at = Slots.IndexOf(channel);
        if (at >= 0) return at;
        Slots.Add(channel);
        return Slots.Count - 1;
    }

    private int WindowFor(WindowNeed need)
    {
        var at = Windows.IndexOf(need);
        if (at >= 0) return at;
        Windows.Add(need);
        return Windows.Count - 1;
    }

    private void Subscribe(int r)
    {
        var rule = Rules[r].Rule;
        foreach (var channel in rule.Scope.Channels) byChannel[(channel.Index * Words) + (r >> 6)] |= 1UL << (r & 63);
        foreach (var type in rule.Scope.Events)
        {
            if (!byEvent.TryGetValue(type, out var rules)) byEvent.Add(type, rules = new ulong[Words]);
            rules[r >> 6] |= 1UL << (r & 63);
        }
    }
}

/// <summary>One rule within a plan, with the way from its own channel numbers to the plan's slots.</summary>
internal sealed class PlannedRule(CompiledRule rule)
{
    public CompiledRule Rule { get; } = rule;

    /// <summary>What a sleeping key of it asks of a message; null when its keys never sleep.</summary>
    public Func<Frame, bool>? Stirs { get; } = rule.Stirs;
    public int[] ChannelSlots { get; set; } = [];
    public int[] WindowSlots { get; set; } = [];
}
