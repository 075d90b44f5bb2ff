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

    public double[] Values { get; private set; } = [];
    public long[] Times { get; private set; } = [];
    public string?[] Texts { get; private set; } = [];
    public Window?[] Windows { get; private set; } = [];

    /// <summary>By rule of the plan: null = not looked up; <see cref="KeyState.None"/> = the rule does not watch this device.</summary>
    public KeyState?[] Keys { get; private set; } = [];

    /// <summary>Rules of the plan that may watch this device, one bit each: a rule found not to is never looked at again.</summary>
    public ulong[] Watched { get; private set; } = [];

    /// <summary>By level: the devices of its kind in the same place; looked up on first use.</summary>
    public List<DeviceState>?[] Neighbours { get; } = new List<DeviceState>?[Levels];

    public long StaleMs { get; private set; }

    // Outage: all in arrival time, for a life sign is one when it reaches the hub.
    public long LastArrivalMs { get; set; }
    public long OfflineSinceMs { get; set; } = long.MinValue;
    public bool WatchTimerSet { get; set; }
    public KeyState? Outage { get; set; }
    public bool Settled { get; set; }

    /// <summary>By declared detector; null while none watches it.</summary>
    public Detectors.Bank.DetectorKey?[]? Detectors { get; set; }

    public bool Offline => OfflineSinceMs != long.MinValue;

    private static int Levels { get; } = Enum.GetValues<PlaceKind>().Length;

    public int Bytes
    {
        get
        {
            var bytes = 200 + (Values.Length * 24) + (Keys.Length * 8);
            foreach (var window in Windows) bytes += window?.Bytes ?? 0;
            return bytes;
        }
    }

    public void Adopt(KindPlan plan)
    {
        Plan = plan;
        Values = new double[plan.Slots.Count];
        Array.Fill(Values, double.NaN);
        Times = new long[plan.Slots.Count];
        Array.Fill(Times, long.MinValue / 2);
        Texts = new string?[plan.Slots.Count];
        Windows = new Window?[plan.Windows.Count];
        Keys = new KeyState?[plan.Rules.Count];
        Detectors = null;
        Watched = new ulong[plan.Words];
        Array.Fill(Watched, ulong.MaxValue);
        StaleMs = Math.Max(Device.Kind.OfflineAfterSeconds, 120) * 1000L;
    }

    public void ForgetKeys(Place place)
    {
        Array.Clear(Keys);
        Array.Fill(Watched, ulong.MaxValue);
        Array.Clear(Neighbours);
        KeyedPlace = place;
    }

    public void Write(StateWriter writer)
    {
        writer.Long(LastArrivalMs);
        writer.Long(OfflineSinceMs);
        writer.Bool(Settled);
        writer.Bool(WatchTimerSet);
        for (var i = 0; i < Values.Length; i++)
        {
            writer.Double(Values[i]);
            writer.Long(Times[i]);
            writer.Text(Texts[i]);
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
            if (slot >= 0) (Values[slot], Times[slot], Texts[slot]) = (value, atMs, text);
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
