using Hub.Core;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Rules.Engine;

/// <summary>What conditions may ask about the rest of the lane: local time, neighbours, other alerts, lost devices.</summary>
internal sealed class World(IDeviceDirectory directory, TimeZoneInfo zone)
{
    /// <summary>A port that gives less power than this charges nothing [W].</summary>
    public const double IdleBelow = 5;

    private const int MostNeighbours = 128;

    private readonly Dictionary<(PlaceKind, string, string), List<DeviceState>> groups = [];
    private static readonly Comparer<DeviceState> byName = Comparer<DeviceState>.Create((a, b) => string.CompareOrdinal(a.Device.Id, b.Device.Id));

    private readonly double[] scratch = new double[MostNeighbours];
    private readonly List<KeyState> open = [];
    private readonly Dictionary<string, List<KeyState>> openByType = new(StringComparer.Ordinal);
    private readonly List<DeviceState> lost = [];
    private long offsetFor = long.MinValue;
    private TimeSpan offset;

    public IDeviceDirectory Directory { get; } = directory;
    public IReadOnlyList<KeyState> Open => open;
    public IReadOnlyList<DeviceState> Lost => lost;

    /// <summary>The key whose alert was raised just now, while rules that count such alerts are judged.</summary>
    public KeyState? JustRaised { get; set; }
    public long DivisionsByZero { get; set; }

    /// <summary>Newest time the lane has seen, ticks and events alike.</summary>
    public long NowMs { get; set; }

    /// <summary>Since when the hub has been running without a gap in its ticks: nobody can be blamed for silence before.</summary>
    public long AwakeFromMs { get; set; } = long.MinValue / 2;

    /// <summary>Days that differ from their weekday; empty when no calendar is loaded.</summary>
    public IReadOnlyDictionary<DateOnly, bool> Workdays { get; set; } = new Dictionary<DateOnly, bool>();

    /// <summary>Local time of day. The offset is looked up once a quarter of an hour: no zone changes more finely.</summary>
    public DateTime Local(long atMs)
    {
        var quarter = atMs / 900_000;
        if (quarter != offsetFor)
        {
            offset = zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(quarter * 900_000));
            offsetFor = quarter;
        }

        return DateTime.UnixEpoch.AddMilliseconds(atMs) + offset;
    }

    public bool IsWorkday(long atMs)
    {
        var local = Local(atMs);
        return Workdays.TryGetValue(DateOnly.FromDateTime(local), out var works) ? works : local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
    }

    public double OverlapSeconds(long nowMs, long spanMs, int fromMinute, int toMinute)
    {
        var end = Local(nowMs);
        var start = end.AddMilliseconds(-spanMs);
        var length = ((toMinute - fromMinute + 1440) % 1440) * 60.0;
        var total = 0.0;
        for (var day = start.Date.AddDays(-1); day <= end.Date; day = day.AddDays(1))
        {
            var opens = day.AddMinutes(fromMinute);
            var closes = opens.AddSeconds(length);
            var a = opens > start ? opens : start;
            var b = closes < end ? closes : end;
            if (b > a) total += (b - a).TotalSeconds;
        }

        return total;
    }

    /// <summary>Median of the newest values of the other devices of the same kind in the same place; NaN with fewer than three.</summary>
    /// <param name="device">Whose neighbours.</param>
    /// <param name="slot">The value.</param>
    /// <param name="level">Same place of this kind.</param>
    /// <param name="nowMs">Older values than their device's life sign do not count.</param>
    /// <param name="idleSlot">Only those whose value here is below <see cref="IdleBelow"/>; -1 for all.</param>
    public double MedianOfNeighbours(DeviceState device, int slot, PlaceKind level, long nowMs, int idleSlot = -1)
    {
        var group = device.Neighbours[(int)level] ??= GroupOf(device, level);
        var n = 0;
        foreach (var other in group)
        {
            if (ReferenceEquals(other, device)) continue;
            ref readonly var newest = ref other.Newest[slot];
            if (nowMs - newest.AtMs > other.StaleMs || double.IsNaN(newest.Value)) continue;
            if (idleSlot >= 0 && !(other.Newest[idleSlot].Value < IdleBelow)) continue;
            scratch[n++] = newest.Value;
            if (n == MostNeighbours) break;
        }

        if (n < 3) return double.NaN;
        return Median.Of(scratch.AsSpan(0, n));
    }

    /// <summary>Makes a device known to its neighbours, at the levels its rules compare.</summary>
    public void Settle(DeviceState device)
    {
        foreach (var level in device.Plan.NeighbourLevels) device.Neighbours[(int)level] = GroupOf(device, level);
    }

    public void Leave(DeviceState device)
    {
        foreach (var group in groups.Values) group.Remove(device);
    }

    private List<DeviceState> GroupOf(DeviceState device, PlaceKind level)
    {
        var key = (level, device.Device.Place.Ancestor(level) ?? device.Device.Place.Id, device.Device.Kind.Id);
        if (!groups.TryGetValue(key, out var group)) groups.Add(key, group = []);
        // In the order of names: with very many neighbours only the first count, and a restart must not change who is first.
        var at = group.BinarySearch(device, byName);
        if (at < 0) group.Insert(~at, device);
        return group;
    }

    /// <summary>An alert of a key is open from here on; its type is known.</summary>
    public void Opened(KeyState key)
    {
        open.Add(key);
        OfType(key.OpenType).Add(key);
    }

    public void Closed(KeyState key)
    {
        open.Remove(key);
        OfType(key.OpenType).Remove(key);
    }

    /// <summary>An open alert is of another type from here on.</summary>
    public void Retype(KeyState key, string type)
    {
        OfType(key.OpenType).Remove(key);
        OfType(key.OpenType = type).Add(key);
    }

    /// <summary>Whether any alert of one of these types is open, anywhere; of any type when none is named.</summary>
    public bool AnyOpen(string[] types)
    {
        if (types.Length == 0) return open.Count > 0;
        foreach (var type in types) if (openByType.TryGetValue(type, out var ofType) && ofType.Count > 0) return true;
        return false;
    }

    private List<KeyState> OfType(string? type) =>
        openByType.TryGetValue(type ?? "", out var ofType) ? ofType : openByType[type ?? ""] = [];

    /// <summary>Forgets open alerts whose rule is no more.</summary>
    public void CloseWhere(Predicate<KeyState> gone)
    {
        open.RemoveAll(gone);
        foreach (var ofType in openByType.Values) ofType.RemoveAll(gone);
    }

    /// <summary>Forgets who was lost: the watch says it anew.</summary>
    public void ForgetLost() => lost.Clear();

    private static bool Near(List<KeyState> among, Severity least, string place, long sinceMs, KeyState self)
    {
        foreach (var key in among)
            if (!ReferenceEquals(key, self) && key.Severity <= (int)least && key.LastTrueMs >= sinceMs && !OnTrial(key, self) && Within(key.PlaceId, place)) return true;
        return false;
    }

    public bool AlertNear(Severity least, string[] types, string place, long sinceMs, KeyState self)
    {
        if (types.Length == 0) return Near(open, least, place, sinceMs, self);
        foreach (var type in types)
            if (openByType.TryGetValue(type, out var ofType) && Near(ofType, least, place, sinceMs, self)) return true;
        return false;
    }

    /// <summary>Another alert whose device stands within so many metres of the one that this key heard last.</summary>
    public bool AlertWithinMetres(Severity least, string[] types, double metres, long sinceMs, KeyState self)
    {
        if (self.ToldOf is null || Directory.Find(self.ToldOf)?.Place is not { } here) return false;
        foreach (var key in open)
        {
            if (ReferenceEquals(key, self) || key.Severity > (int)least || key.LastTrueMs < sinceMs || key.ToldOf is null || OnTrial(key, self)) continue;
            if (types.Length > 0 && !types.Contains(key.OpenType, StringComparer.Ordinal)) continue;
            if (Directory.Find(key.ToldOf)?.Place is { } there && Operators.Distance.Metres(here, there) <= metres) return true;
        }

        return false;
    }

    // What nobody was told of moves no rule in force; a rule on trial sees what the others on trial see.
    private static bool OnTrial(KeyState key, KeyState self) => (key.Rule.Shadow || key.Shadowed) && !self.Rule.Shadow;

    public void WentOffline(DeviceState device) => lost.Add(device);

    public void CameBack(DeviceState device) => lost.Remove(device);

    /// <summary>Devices of a place that went silent so lately; only those not gone with their gateway or area when <paramref name="alone"/>.</summary>
    public int LostWithin(string place, long withinMs, bool alone)
    {
        var n = 0;
        foreach (var device in lost)
            if (NowMs - device.OfflineSinceMs <= withinMs && Within(device.Device.Place.Id, place) && (!alone || ReferenceEquals(device.Outage?.Device, device))) n++;
        return n;
    }

    /// <summary>Another device around is missed, alone or with its group.</summary>
    public bool OutageNear(string place, KeyState self)
    {
        foreach (var device in lost)
            if (device.Outage is { } outage && !ReferenceEquals(outage, self) && !ReferenceEquals(device, self.Device) && Within(device.Device.Place.Id, place)) return true;
        return false;
    }

    public static bool Within(string path, string place) =>
        place.Length > 0 && path.StartsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[place.Length] == '/');
}
