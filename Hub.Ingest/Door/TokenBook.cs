using System.Security.Cryptography;
using System.Text;
using Hub.Core.Ports;

namespace Hub.Ingest;

/// <summary>The tokens programs connect with, read again when they are a few seconds old so that a revocation takes effect.</summary>
internal sealed class TokenBook(IAccountStore? accounts, TimeProvider time, string? bootstrapToken)
{
    private static readonly TimeSpan fresh = TimeSpan.FromSeconds(5);

    private readonly string? _bootstrapHash = string.IsNullOrEmpty(bootstrapToken) ? null : HashOf(Encoding.UTF8.GetBytes(bootstrapToken));
    private readonly SemaphoreSlim _reading = new(1, 1);
    private Dictionary<string, ApiToken> _byHash = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>Whoever the secret belongs to, or null. Looked up by its hash, so comparing takes no longer for a nearly right one.</summary>
    public async ValueTask<Principal.TokenPrincipal?> FindAsync(ReadOnlyMemory<byte> secret, CancellationToken stop)
    {
        if (secret.IsEmpty) return null;
        var hash = HashOf(secret.Span);
        if (hash == _bootstrapHash) return new Principal.TokenPrincipal("bootstrap", "bootstrap", IsAdmin: true, []);
        if (accounts is null) return null;
        await RefreshAsync(accounts, stop).ConfigureAwait(false);
        if (!_byHash.TryGetValue(hash, out var token) || token.Revoked) return null;
        return token.ExpiresAtMs != 0 && token.ExpiresAtMs <= time.GetUtcNow().ToUnixTimeMilliseconds() ? null : Principal.TokenPrincipal.Of(token);
    }

    private async ValueTask RefreshAsync(IAccountStore store, CancellationToken stop)
    {
        if (time.GetUtcNow() - _readAt < fresh) return;
        await _reading.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (time.GetUtcNow() - _readAt < fresh) return;
            var tokens = await store.ListTokensAsync(stop).ConfigureAwait(false);
            _byHash = tokens.GroupBy(t => t.Hash).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
            _readAt = time.GetUtcNow();
        }
        finally
        {
            _reading.Release();
        }
    }

    private static string HashOf(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));
}
