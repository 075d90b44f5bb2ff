using System.Collections.Concurrent;
using System.Security.Cryptography;
using Hub.Core;

namespace Hub.Ingest;

/// <summary>
/// Checks device passwords. The slow hash is computed once; a fast keyed one is remembered, because after a power cut
/// every device of the street connects again in the same minute. At most one remembered value a registered device.
/// </summary>
internal sealed class DevicePasswords(DeviceRegistry registry)
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, (string Stored, byte[] Fast)> _known = new(StringComparer.Ordinal);

    /// <summary>Whether the password is that of the device; false when it has none.</summary>
    public bool Verify(string deviceId, ReadOnlySpan<byte> password)
    {
        if (registry.RecordOf(deviceId)?.CredentialHash is not { } stored) return false;
        Span<byte> fast = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, password, fast);
        if (_known.TryGetValue(deviceId, out var known) && known.Stored == stored && CryptographicOperations.FixedTimeEquals(fast, known.Fast)) return true;
        if (!PasswordHash.Verify(password, stored)) return false;
        _known[deviceId] = (stored, fast.ToArray());
        return true;
    }
}
