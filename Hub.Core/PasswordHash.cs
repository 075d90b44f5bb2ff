using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hub.Core;

/// <summary>Salted, slow hashes of people's and devices' passwords, in the form <c>pbkdf2$iterations$salt$hash</c> (base64).</summary>
/// <remarks>PBKDF2 with SHA-256 (RFC 8018). The iteration count travels with the hash, so it can be raised without a reset.</remarks>
public static class PasswordHash
{
    /// <summary>Iterations for new hashes of people's passwords: about 100 ms on the machines this runs on.</summary>
    public const int PersonIterations = 210_000;

    /// <summary>Iterations for device passwords, which are long and random: 15,000 devices reconnect at once after an outage.</summary>
    public const int DeviceIterations = 5_000;

    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>A new hash with a random salt.</summary>
    public static string Create(ReadOnlySpan<byte> password, int iterations = PersonIterations)
    {
        Span<byte> salt = stackalloc byte[SaltBytes];
        RandomNumberGenerator.Fill(salt);
        Span<byte> hash = stackalloc byte[HashBytes];
        Rfc2898DeriveBytes.Pbkdf2(password, salt, hash, iterations, HashAlgorithmName.SHA256);
        return string.Create(CultureInfo.InvariantCulture, $"pbkdf2${iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>A new hash with a random salt.</summary>
    public static string Create(string password, int iterations = PersonIterations) => Create(Encoding.UTF8.GetBytes(password), iterations);

    /// <summary>Whether the password is the one of the hash, compared in constant time; false as well for a text that is no hash.</summary>
    public static bool Verify(ReadOnlySpan<byte> password, string? stored)
    {
        var parts = (stored ?? "").Split('$');
        if (parts.Length != 4 || parts[0] != "pbkdf2" || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > 10_000_000) return false;
        Span<byte> salt = stackalloc byte[64];
        Span<byte> expected = stackalloc byte[64];
        if (!Convert.TryFromBase64String(parts[2], salt, out var saltLength) || !Convert.TryFromBase64String(parts[3], expected, out var length) || length != HashBytes) return false;
        Span<byte> actual = stackalloc byte[HashBytes];
        Rfc2898DeriveBytes.Pbkdf2(password, salt[..saltLength], actual, iterations, HashAlgorithmName.SHA256);
        return CryptographicOperations.FixedTimeEquals(actual, expected[..length]);
    }

    /// <summary>Whether the password is the one of the hash, compared in constant time.</summary>
    public static bool Verify(string password, string? stored) => Verify(Encoding.UTF8.GetBytes(password), stored);
}
