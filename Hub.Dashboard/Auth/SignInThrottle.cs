using System.Net;
using System.Net.Sockets;

namespace Hub.Dashboard.Auth;

/// <summary>Slows guessing: after a few wrong passwords from one address for one name, each further one costs twice the wait.</summary>
internal sealed class SignInThrottle(Clock clock)
{
    /// <summary>Wrong passwords that cost nothing: people mistype.</summary>
    public const int Free = 5;

    /// <summary>The same over all names of one address, which a whole control room may share.</summary>
    public const int FreePerAddress = 50;

    private const int MostSeconds = 300;
    private const int MostEntries = 10_000;
    private const long ForgetMs = 30 * 60_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Failures, long AtMs)> entries = new(StringComparer.Ordinal);

    /// <summary>What counts as one address: IPv4 as it is; of IPv6 the first 64 bits, for one household holds them all.</summary>
    public static string AddressOf(IPAddress? address)
    {
        if (address is null) return "local";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }

    /// <summary>Seconds this address must wait before it may try this name; 0 when it may now.</summary>
    public int WaitSeconds(string address, string name)
    {
        lock (gate) return Math.Max(Wait(Pair(address, name), Free), Wait(address, FreePerAddress));
    }

    public void Failed(string address, string name)
    {
        lock (gate)
        {
            if (entries.Count >= MostEntries) Forget();
            Count(Pair(address, name));
            Count(address);
        }
    }

    public void Succeeded(string address, string name)
    {
        lock (gate) entries.Remove(Pair(address, name));
    }

    private static string Pair(string address, string name) => address + "|" + name;

    private int Wait(string key, int free)
    {
        if (!entries.TryGetValue(key, out var entry) || entry.Failures < free) return 0;
        var seconds = Math.Min(MostSeconds, 1 << Math.Min(entry.Failures - free + 1, 10));
        var leftMs = entry.AtMs + (seconds * 1_000L) - clock.NowMs;
        return leftMs <= 0 ? 0 : (int)((leftMs + 999) / 1_000);
    }

    private void Count(string key)
    {
        var before = entries.TryGetValue(key, out var entry) && clock.NowMs - entry.AtMs < ForgetMs ? entry.Failures : 0;
        entries[key] = (before + 1, clock.NowMs);
    }

    // Old entries go first; under a flood of fresh ones the older half goes, so memory stays bounded whatever comes.
    private void Forget()
    {
        var oldestFirst = entries.OrderBy(e => e.Value.AtMs).ToArray();
        foreach (var entry in oldestFirst.TakeWhile((e, i) => i < MostEntries / 2 || clock.NowMs - e.Value.AtMs >= ForgetMs)) entries.Remove(entry.Key);
    }
}
