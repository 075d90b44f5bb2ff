using Hub.Rules.Operators;
using Hub.Rules.Packs;

namespace Hub.Rules.Engine;

/// <summary>State of one rule for one key: a device, a place, or a zone of either.</summary>
internal sealed class KeyState(CompiledRule rule, string placeId, string? zone, DeviceState? device)
{
    /// <summary>Marks that a rule does not watch a device.</summary>
    public static readonly KeyState None = new(null!, "", null, null);

    public CompiledRule Rule { get; } = rule;

    /// <summary>Path of the place; empty when the device has none.</summary>
    public string PlaceId { get; } = placeId;

    public string? Zone { get; } = zone;

    /// <summary>The device of a key that belongs to one; null for a shared one.</summary>
    public DeviceState? Device { get; } = device;

    /// <summary>Names the key among all keys of its rule.</summary>
    public string Name { get; } = (placeId, device) switch
    {
        (_, { } d) => "device:" + d.Device.Id,
        _ => placeId,
    } + (zone is null ? "" : "#" + zone);

    public NodeState?[] Nodes { get; } = rule is null ? [] : new NodeState?[rule.Stateful.Length];

    public Dictionary<string, KeyState>? Zones { get; set; }

    // The open alert, if any.
    public bool Open { get; set; }
    public ulong Fired { get; set; }
    public int Severity { get; set; }
    public long RaisedAtMs { get; set; }
    public long LastTrueMs { get; set; } = long.MinValue / 2;
    public long ClearSinceMs { get; set; } = long.MinValue;
    public string? OpenType { get; set; }
    public bool Sim { get; set; }

    // Flapping guard.
    public long HourStartMs { get; set; } = long.MinValue / 2;
    public int RaisesInHour { get; set; }

    // Timer: when the key wants to be looked at again, and whether the queue knows.
    public long DueMs { get; set; } = long.MaxValue;
    public long QueuedMs { get; set; } = long.MaxValue;

    public int Bytes => 180 + (Nodes.Length * 72) + ((PlaceId.Length + Name.Length) * 2);
}
