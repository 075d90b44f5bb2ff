using Hub.Core.Devices;
using Hub.Core.Places;

namespace Hub.Rules.Engine;

/// <summary>What the engine remembers of one device: its newest values, its windows, and which keys it feeds.</summary>
internal sealed class DeviceState
{
    public DeviceState(Device device, KindPlan plan)
    {
        Device = device;
        Adopt(plan);
    }

    public Device Device { get; }

    public KindPlan Plan { get; private set; } = null!;

    /// <summary>The place its keys were found for; when the device moves they are looked up again.</summary>
    public Place? KeyedPlace { get; set; }

    /// <summary>By channel of the plan: its newest value, which lies side by side with its time because no rule asks the one without the other.</summary>
    public Newest[] Newest { get; private set; } = [];
    public Window?[] Windows { get; private set; } = [];

    /// <summary>By rule of the plan: null = not looked up; <see cref="KeyState.None"/> = the rule does not watch this device.</summary>
    public KeyState?[] Keys { get; private set; } = [];

    /// <summary>Rules of the plan that may watch this device, one bit each: a rule found not to is never looked at again.</summary>
    public ulong[] Watched { get; private set; } = [];

    /// <summary>Rules of the plan whose key is known to sleep, one bit each: not even the key is looked at.</summary>
    public ulong[] Asleep { get; private set; } = [];

    /// <summary>By level: the devices of its kind in the same place; looked up on first use.</summary>
    public List<DeviceState>?[] Neighbours { get; } = new List<DeviceState>?[Levels];

    public long StaleMs { get; private set; }

    // Outage: all in arrival time, for a life sign is one when it reaches the hub.
    public long LastArrivalMs { get; set; }
    public long OfflineSinceMs { get; set; } = long.MinValue;
    public bool WatchTimerSet { get; set; }
    public KeyState? Outage { get; set; }
    public bool Settled { get; set; }

    /// <summary>By detector of the plan: when it was fed last, and its key; null while none watches it.</summary>
    public Detectors.Bank.Fed[]? Detectors { get; set; }

    public bool Offline => OfflineSinceMs != long.MinValue;

    private static int Levels { get; } = Enum.GetValues<PlaceKind>().Length;

    public int Bytes
    {
        get
        {
            var bytes = 200 + (Newest.Length * 24) + (Keys.Length * 8);
            foreach (var window in Windows) bytes += window?.Bytes ?? 0;
            return bytes;
        }
    }

    public void Adopt(KindPlan plan)
    {
        Plan = plan;
        Newest = new Newest[plan.Slots.Count];
        Array.Fill(Newest, Engine.Newest.Nothing);
        Windows = new Window?[plan.Windows.Count];
        Keys = new KeyState?[plan.Rules.Count];
        Detectors = null;
        Watched = new ulong[plan.Words];
        Array.Fill(Watched, ulong.MaxValue);
        Asleep = new ulong[plan.Words];
        StaleMs = Math.Max(Device.Kind.OfflineAfterSeconds, 120) * 1000L;
    }

    /// <summary>The plan asks for other channels or spans: what still matters is kept.</summary>
    /// <param name="slots">For each channel of the new plan its slot in the old one; -1 for none.</param>
    /// <param name="spans">The same of its windows.</param>
    public void Reshape(int[] slots, int[] spans)
    {
        var (newest, windows) = (Newest, Windows);
        Newest = new Newest[slots.Length];
        for (var i = 0; i < slots.Length; i++) Newest[i] = slots[i] >= 0 ? newest[slots[i]] : Engine.Newest.Nothing;
        Windows = new Window?[spans.Length];
        for (var i = 0; i < spans.Length; i++) Windows[i] = spans[i] >= 0 ? windows[spans[i]] : null;
    }

    /// <summary>The plan's rules changed: keys of those that did not are kept, the others are looked up again.</summary>
    /// <param name="from">For each rule of the new plan its number in the old one; -1 for none.</param>
    /// <param name="words">Words of a set of the new plan's rules.</param>
    public void Reseat(int[] from, int words)
    {
        var before = Keys;
        Keys = new KeyState?[from.Length];
        Watched = new ulong[words];
        Array.Fill(Watched, ulong.MaxValue);
        Asleep = new ulong[words];
        for (var i = 0; i < from.Length; i++)
        {
            if (from[i] < 0 || before[from[i]] is not { } key || ReferenceEquals(key, KeyState.None)) continue;
            Keys[i] = key;
            key.Sleep(false);
        }
    }

    /// <summary>One rule of the plan was changed where it stood: its key is looked up again.</summary>
    public void Forget(int rule)
    {
        Keys[rule] = null;
        Watched[rule >> 6] |= 1UL << (rule & 63);
        Asleep[rule >> 6] &= ~(1UL << (rule & 63));
    }

    public void ForgetKeys(Place place)
    {
        Array.Clear(Keys);
        Array.Fill(Watched, ulong.MaxValue);
        Array.Clear(Asleep);
        Array.Clear(Neighbours);
        KeyedPlace = place;
    }

    /// <summary>The key of a rule sleeps.</summary>
    public void Rest(int rule) => Asleep[rule >> 6] |= 1UL << (rule & 63);

    /// <summary>It woke; another may stand in its place since.</summary>
    public void Wake(int rule, KeyState key)
    {
        if ((uint)rule < (uint)Keys.Length && ReferenceEquals(Keys[rule], key)) Asleep[rule >> 6] &= ~(1UL << (rule & 63));
    }

    public void Write(StateWriter writer)
    {
        writer.Long(LastArrivalMs);
        writer.Long(OfflineSinceMs);
        writer.Bool(Settled);
        writer.Bool(WatchTimerSet);
        foreach (ref readonly var newest in Newest.AsSpan())
        {
            writer.Double(newest.Value);
            writer.Long(newest.AtMs);
            writer.Text(newest.Text);
        }

        foreach (var window in Windows)
        {
            writer.Int(window?.Count ?? 0);
            for (var i = 0; i < (window?.Count ?? 0); i++) window!.At(i).Write(writer);
        }
    }

    /// <summary>Reads what was written under other slot numbers, perhaps by other rules: channels and spans that still matter are kept.</summary>
    public void Read(ref StateReader reader, string[] slots, (string Channel, long SpanMs)[] windows)
    {
        LastArrivalMs = reader.Long();
        OfflineSinceMs = reader.Long();
        Settled = reader.Bool();
        WatchTimerSet = reader.Bool();
        foreach (var name in slots)
        {
            var (value, atMs, text) = (reader.Double(), reader.Long(), reader.Text());
            var slot = Plan.Slots.FindIndex(c => string.Equals(c.Name, name, StringComparison.Ordinal));
            if (slot >= 0) Newest[slot] = new Newest(value, atMs, text);
        }

        foreach (var (name, spanMs) in windows)
        {
            var at = Plan.Windows.FindIndex(w => w.SpanMs == spanMs && string.Equals(w.Channel.Name, name, StringComparison.Ordinal));
            for (var n = reader.Count(); n > 0; n--)
            {
                var bucket = Window.Bucket.Read(ref reader);
                if (at >= 0) (Windows[at] ??= new Window(spanMs)).Append(bucket);
            }
        }
    }
}

/// <summary>What a channel said last.</summary>
/// <param name="Value">The value; NaN when there is none, or a suspect one.</param>
/// <param name="AtMs">Event time.</param>
/// <param name="Text">Of a text channel.</param>
internal readonly record struct Newest(double Value, long AtMs, string? Text)
{
    public static readonly Newest Nothing = new(double.NaN, long.MinValue / 2, null);
}
