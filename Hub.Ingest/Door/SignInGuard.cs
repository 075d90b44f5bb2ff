using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hub.Ingest;

/// <summary>Slows guessing: counts wrong passwords by address, lets the answers to them come later and later, and shuts the address for a while.</summary>
/// <remarks>
/// Whole estates sit behind one address, so an honest device must not be shut out with the guesser next door: who has signed in
/// from an address before is let through to the password check even while it is shut, unless its own name is being guessed at.
/// A device that comes there for the first time waits until the guessing pauses. Certificates are never held up: there is nothing to guess.
/// </remarks>
internal sealed class SignInGuard(SignInOptions options, TimeProvider time)
{
    internal const int MostAddresses = 10_000;
    internal const int MostKnown = 50_000;
    private const int FreePerName = 10;
    private const long ForgetMs = 600_000;
    private static readonly TimeSpan firstDelay = TimeSpan.FromMilliseconds(250);
    private const int MostDoublings = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, Record> _addresses = [];
    private readonly Dictionary<(UInt128 Address, string Name), Record> _known = [];

    /// <summary>Addresses that are shut now.</summary>
    public int Shut
    {
        get
        {
            var nowMs = NowMs;
            lock (_gate) return _addresses.Values.Count(r => r.ShutUntilMs > nowMs);
        }
    }

    internal (int Addresses, int Known) Held
    {
        get { lock (_gate) return (_addresses.Count, _known.Count); }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whether a sign-in is refused without looking at its password.</summary>
    public bool IsShut(IPAddress? address, string name)
    {
        var key = KeyOf(address);
        lock (_gate)
        {
            if (!_addresses.TryGetValue(key, out var record) || record.ShutUntilMs <= NowMs) return false;
            return !_known.TryGetValue((key, name), out var known) || known.Failures >= FreePerName;
        }
    }

    /// <summary>Counts a wrong password.</summary>
    /// <returns>How long the answer to it is held back.</returns>
    public TimeSpan Failed(IPAddress? address, string name)
    {
        var key = KeyOf(address);
        var nowMs = NowMs;
        lock (_gate)
        {
            if (_known.TryGetValue((key, name), out var known)) known.Count(nowMs);
            if (!_addresses.TryGetValue(key, out var record))
            {
                if (_addresses.Count >= MostAddresses) Forget(_addresses, MostAddresses, nowMs);
                _addresses[key] = record = new Record();
            }

            record.Count(nowMs);
            if (record.Failures >= options.LockFailures)
            {
                record.ShutUntilMs = nowMs + (options.LockSeconds * 1000L);
                record.Failures = options.LockFailures / 2;
            }

            var beyond = record.Failures - options.FreeFailures;
            return beyond <= 0 ? TimeSpan.Zero : firstDelay * (1 << Math.Min(beyond - 1, MostDoublings));
        }
    }

    /// <summary>Remembers that this device is at home there.</summary>
    public void Succeeded(IPAddress? address, string name)
    {
        if (name.Length > DeviceIds.MaxLength) return; // no device, and no way to fill memory
        var key = (KeyOf(address), name);
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known))
            {
                known.AtMs = NowMs;
                known.Failures = 0;
                return;
            }

            if (_known.Count >= MostKnown) Forget(_known, MostKnown, NowMs);
            _known[key] = new Record { AtMs = NowMs };
        }
    }

    /// <summary>IPv4 as it is, also when it comes as ::ffff:a.b.c.d; of IPv6 the first 64 bits.</summary>
    internal static UInt128 KeyOf(IPAddress? address)
    {
        if (address is null) return 0;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork) return new UInt128(1, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return new UInt128(2, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    // The older half goes, so memory stays bounded whatever comes; those still shut go last.
    private static void Forget<T>(Dictionary<T, Record> records, int most, long nowMs)
        where T : notnull
    {
        foreach (var (key, _) in records.OrderBy(r => r.Value.ShutUntilMs > nowMs).ThenBy(r => r.Value.AtMs).Take(most / 2).ToArray()) records.Remove(key);
    }

    private sealed class Record
    {
        public int Failures;
        public long AtMs;
        public long ShutUntilMs;

        public void Count(long nowMs)
        {
            if (nowMs - AtMs > ForgetMs) Failures = 0;
            Failures++;
            AtMs = nowMs;
        }
    }
}
