using System.Runtime.CompilerServices;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Rules.Expressions;
using Hub.Rules.Packs;

namespace Hub.Rules.Engine;

/// <summary>What a condition may look at: one device, the message at hand, one key, one moment. Reused for every judgement of a lane.</summary>
internal sealed class Frame(World world)
{
    private int[] channelSlots = [];
    private int[] windowSlots = [];

    public World World { get; } = world;
    public DeviceState? Device { get; private set; }

    /// <summary>The message at hand; null on a tick.</summary>
    public Observation? Seen { get; private set; }
    public KeyState Key { get; set; } = KeyState.None;
    public CompiledRule Rule { get; private set; } = null!;

    /// <summary>Event time of the message, or the time of the tick.</summary>
    public long NowMs { get; private set; }

    /// <summary>Slots of the device that this message brought, one bit each.</summary>
    public ulong[] Brought { get; } = new ulong[4];

    public double Confidence => Seen is { EventType: not null } seen ? seen.Confidence : 1;

    public string? Zone => Seen?.Zone;

    public string PlaceKindName => Device is null ? Place.KindOf(Key.PlaceId).ToString().ToLowerInvariant() : kindNames[(int)Device.Device.Place.Kind];

    public int Year => World.Local(NowMs).Year;

    public int Weekday => (int)World.Local(NowMs).DayOfWeek;

    private static readonly string[] kindNames = [.. Enum.GetNames<PlaceKind>().Select(n => n.ToLowerInvariant())];

    /// <summary>Turns to a device and message, for any rule.</summary>
    public void Turn(DeviceState? device, Observation? seen, long nowMs)
    {
        Device = device;
        Seen = seen;
        NowMs = nowMs;
        Array.Clear(Brought);
    }

    /// <summary>Turns to one rule and key.</summary>
    public void Turn(CompiledRule rule, KeyState key, PlannedRule? planned)
    {
        Rule = rule;
        Key = key;
        channelSlots = planned?.ChannelSlots ?? [];
        windowSlots = planned?.WindowSlots ?? [];
    }

    /// <summary>Whether the message brings anything a condition names.</summary>
    public bool Concerns(int[] locals, string[] events)
    {
        if (Seen is null) return false;
        if (Seen.EventType is { } type)
            foreach (var e in events) if (string.Equals(e, type, StringComparison.OrdinalIgnoreCase)) return true;
        foreach (var local in locals)
        {
            if (local >= channelSlots.Length) continue;
            var slot = channelSlots[local];
            if ((Brought[(slot >> 6) & 3] >> (slot & 63) & 1) != 0) return true;
        }

        return false;
    }

    // What follows is called by compiled expressions.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Value(int local)
    {
        if (Device is null || local >= channelSlots.Length) return double.NaN;
        ref readonly var newest = ref Device.Newest[channelSlots[local]];
        return NowMs - newest.AtMs > Device.StaleMs ? double.NaN : newest.Value;
    }

    public string? Text(int local)
    {
        if (Device is null || local >= channelSlots.Length) return null;
        ref readonly var newest = ref Device.Newest[channelSlots[local]];
        return NowMs - newest.AtMs > Device.StaleMs ? null : newest.Text;
    }

    /// <summary>When the channel was measured last; now when it never was, and a pack put a figure in its place.</summary>
    public long TimeOf(int local) => WasMeasured(local) ? Device!.Newest[channelSlots[local]].AtMs : NowMs;

    public bool WasMeasured(int local) => Device is not null && local < channelSlots.Length && Device.Newest[channelSlots[local]].AtMs > long.MinValue / 2;

    public double AgeSeconds(int local) => !WasMeasured(local) ? double.NaN : (NowMs - Device!.Newest[channelSlots[local]].AtMs) / 1000.0;

    public bool Known(int local) => !double.IsNaN(Value(local)) || Text(local) is not null;

    /// <summary>The newest reading of the channel told of a broken sensor.</summary>
    public bool Faulty(int local)
    {
        if (Device is null || local >= channelSlots.Length) return false;
        ref readonly var newest = ref Device.Newest[channelSlots[local]];
        return NowMs - newest.AtMs <= Device.StaleMs && double.IsNaN(newest.Value) && newest.Text is null;
    }

    public bool TextIn(int local, string[] texts)
    {
        var text = Text(local);
        if (text is null) return false;
        foreach (var t in texts) if (string.Equals(t, text, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    public bool IsEvent(string[] types)
    {
        if (Seen?.EventType is not { } type) return false;
        // A head that says SMOKE must be heard too.
        foreach (var t in types) if (string.Equals(t, type, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    public bool ZoneLike(string[] parts)
    {
        var zone = Key.Zone ?? Zone;
        if (zone is null) return false;
        foreach (var part in parts) if (zone.Contains(part, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    public bool KindIs(string[] kinds)
    {
        if (Device is null) return false;
        foreach (var kind in kinds) if (string.Equals(kind, Device.Device.Kind.Id, StringComparison.Ordinal)) return true;
        return false;
    }

    public static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    public static double FirstKnown(double first, double second) => double.IsNaN(first) ? second : first;

    public double Divide(double above, double below)
    {
        if (below != 0) return above / below;
        World.DivisionsByZero++;
        Rule?.Ledger.DividedByZero();
        return double.NaN;
    }

    public double Rate(int window) => Over(window)?.RatePerMinute(NowMs) ?? double.NaN;

    public double Rise(int window) => Over(window)?.Rise(NowMs) ?? double.NaN;

    public double Fall(int window) => Over(window)?.Fall(NowMs) ?? double.NaN;

    public double Mean(int window) => Over(window)?.Mean(NowMs) ?? double.NaN;

    public double Min(int window) => Over(window)?.Min(NowMs) ?? double.NaN;

    public double Max(int window) => Over(window)?.Max(NowMs) ?? double.NaN;

    public double Sum(int window) => Over(window)?.Sum(NowMs) ?? double.NaN;

    public double Samples(int window) => Over(window)?.Samples(NowMs) ?? 0;

    public double AboveNeighbours(int local, PlaceKind level)
    {
        if (Device is null || local >= channelSlots.Length) return double.NaN;
        return Value(local) - World.MedianOfNeighbours(Device, channelSlots[local], level, NowMs);
    }

    public bool Between(int fromMinute, int toMinute)
    {
        var local = World.Local(NowMs);
        var minute = (local.Hour * 60) + local.Minute;
        return fromMinute <= toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
    }

    /// <summary>Seconds of the span before now that lie between two local times of day.</summary>
    public double OverlapSeconds(long spanMs, int fromMinute, int toMinute) => World.OverlapSeconds(NowMs, spanMs, fromMinute, toMinute);

    public bool IsWorkday() => World.IsWorkday(NowMs);

    public string? Attribute(string name)
    {
        if (Device is null) return null;
        if (Device.Device.Attributes.TryGetValue(name, out var own)) return own;
        return Device.Device.Place.Attributes?.GetValueOrDefault(name);
    }

    /// <summary>A number that was entered for the device or its place; the other when there is none.</summary>
    public double NumberOf(string name, double otherwise) =>
        double.TryParse(Attribute(name), System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : otherwise;

    /// <summary>Another alert open nearby.</summary>
    public bool AlertNear(Severity least, string[] types, string place, long withinMs) => World.AlertNear(least, types, place, NowMs - withinMs, Key);

    private Window? Over(int window) =>
        Device is null || window >= windowSlots.Length ? null : Device.Windows[windowSlots[window]];

    // Keeps the compiler's nameof-based calls honest about what an alert shows.
    internal AlertInput Show(ShownComparison comparison) => new(
        Device?.Device.Id ?? "", comparison.Left, comparison.Local >= 0 ? TimeOf(comparison.Local) : NowMs,
        comparison.Value(this), comparison.Unit, comparison.Operator, comparison.Threshold(this), Seen?.Snapshot);
}
