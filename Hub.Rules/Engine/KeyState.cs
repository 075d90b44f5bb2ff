using Hub.Rules.Operators;
using Hub.Rules.Packs;

namespace Hub.Rules.Engine;

/// <summary>State of one rule for one key: a device, a place, or a zone of either.</summary>
internal sealed class KeyState(CompiledRule rule, string placeId, string? zone, DeviceState? device)
{
    /// <summary>Marks that a rule does not watch a device.</summary>
    public static readonly KeyState None = new(null!, "", null, null);

    /// <summary>The rule as the book in force holds it; a change that leaves its text alone only replaces the object.</summary>
    public CompiledRule Rule { get; set; } = rule;

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

    /// <summary>What holds the open alert back: id of a suppression, flapping or flood; null when it went out.</summary>
    public string? HeldBy { get; set; }

    /// <summary>The open alert went out on trial, because its rule matches nearly everything.</summary>
    public bool Shadowed { get; set; }

    // When people were told of it last, and which device had spoken.
    public long ToldMs { get; set; }
    public string? ToldOf { get; set; }

    // Flapping guard.
    public long HourStartMs { get; set; } = long.MinValue / 2;
    public int RaisesInHour { get; set; }

    /// <summary>All its conditions rest and no alert is open: until something stirs them a message changes nothing.</summary>
    public bool Asleep { get; private set; }

    // Where a device was told not to ask: its number in the plan of the one device it belongs to, or of each that shares it.
    private int toldOwn = -1;
    private List<(DeviceState Device, int Number)>? toldOthers;

    // Timer: when the key wants to be looked at again, and whether the queue knows.
    public long DueMs { get; set; } = long.MaxValue;
    public long QueuedMs { get; set; } = long.MaxValue;

    public int Bytes => 320 + (Nodes.Length * 96) + ((PlaceId.Length + Name.Length) * 2);

    /// <summary>Falls asleep, or wakes: then every device that was told of its sleep hears of it.</summary>
    public void Sleep(bool asleep)
    {
        if (asleep == Asleep) return;
        Asleep = asleep;
        if (asleep) return;
        if (toldOwn >= 0) Device!.Wake(toldOwn, this);
        toldOwn = -1;
        if (toldOthers is null) return;
        foreach (var (device, number) in toldOthers) device.Wake(number, this);
        toldOthers.Clear();
    }

    /// <summary>Tells a device that this key, which is asleep, need not be looked at.</summary>
    public void TellAsleep(DeviceState device, int number)
    {
        device.Rest(number);
        if (ReferenceEquals(device, Device)) toldOwn = number;
        else (toldOthers ??= []).Add((device, number));
    }

    public void Write(StateWriter writer)
    {
        writer.Text(PlaceId);
        writer.Text(Zone);
        writer.Text(Device?.Device.Id);
        writer.Bool(Open);
        writer.Long((long)Fired);
        writer.Int(Severity);
        writer.Long(RaisedAtMs);
        writer.Long(LastTrueMs);
        writer.Long(ClearSinceMs);
        writer.Text(OpenType);
        writer.Bool(Sim);
        writer.Long(HourStartMs);
        writer.Int(RaisesInHour);
        writer.Long(DueMs);
        writer.Text(HeldBy);
        writer.Bool(Shadowed);
        writer.Long(ToldMs);
        writer.Text(ToldOf);
        writer.Int(Nodes.Length);
        foreach (var node in Nodes)
        {
            writer.Bool(node is not null);
            if (node is null) continue;
            var block = writer.Begin();
            node.Write(writer);
            writer.End(block);
        }
    }

    /// <summary>Reads what follows the place, zone and device.</summary>
    /// <param name="reader">What <see cref="Write"/> wrote.</param>
    /// <param name="changed">The rule was changed since: only the life of its open alert goes on, so that it can be cleared; conditions begin anew.</param>
    /// <param name="format">Format of the snapshot.</param>
    public void Read(ref StateReader reader, bool changed, int format)
    {
        Open = reader.Bool();
        Fired = (ulong)reader.Long();
        Severity = reader.Int();
        RaisedAtMs = reader.Long();
        LastTrueMs = reader.Long();
        ClearSinceMs = reader.Long();
        OpenType = reader.Text();
        Sim = reader.Bool();
        HourStartMs = reader.Long();
        RaisesInHour = reader.Int();
        DueMs = reader.Long();
        if (format >= 2) (HeldBy, Shadowed, ToldMs, ToldOf) = (reader.Text(), reader.Bool(), reader.Long(), reader.Text());
        if (changed)
        {
            // Steps may have moved: those no more severe than the alert count as fired.
            Fired = 0;
            for (var i = 0; i < Rule.Steps.Length; i++) if ((int)Rule.Steps[i].Severity >= Severity) Fired |= 1UL << i;
            DueMs = Open ? LastTrueMs : long.MaxValue;
            return;
        }

        var count = reader.Int();
        if (count != Nodes.Length) throw new InvalidDataException($"rule state: {count} conditions of {Rule.Id}, expected {Nodes.Length}");
        for (var i = 0; i < count; i++)
        {
            if (!reader.Bool()) continue;
            var block = reader.Block();
            var node = Rule.Stateful[i].NewState();
            node.Read(ref block);
            Nodes[i] = node;
        }
    }
}
