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

    /// <summary>By rule of the plan: a key other than this device's own that several devices share.</summary>
    public List<DeviceState>?[] Neighbours { get; } = new List<DeviceState>?[Levels];

    public long StaleMs { get; private set; }

    // Outage: all in arrival time, for a life sign is one when it reaches the hub.
    public long LastArrivalMs { get; set; }
    public long OfflineSinceMs { get; set; } = long.MinValue;
    public bool WatchTimerSet { get; set; }
    public bool LastWill { get; set; }
    public KeyState? Outage { get; set; }
    public bool Settled { get; set; }

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
        StaleMs = Math.Max(Device.Kind.OfflineAfterSeconds, 120) * 1000L;
    }

    public void ForgetKeys(Place place)
    {
        Array.Clear(Keys);
        Array.Clear(Neighbours);
        KeyedPlace = place;
    }
}
