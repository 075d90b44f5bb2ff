using System.Security.Cryptography;
using System.Text;
using Hub.Core.Ports;

namespace Hub.Ingest;

/// <summary>The tokens programs connect with, read again when they are a few seconds old so that a revocation takes effect.</summary>
internal sealed class TokenBook(IAccountStore? accounts, TimeProvider time, string? bootstrapToken)
{
    private const string Bootstrap = "bootstrap";
    private static readonly TimeSpan fresh = TimeSpan.FromSeconds(5);

    private readonly string? _bootstrapHash = string.IsNullOrEmpty(bootstrapToken) ? null : HashOf(Encoding.UTF8.GetBytes(bootstrapToken));
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Dictionary<string, ApiToken> _byHash = [];
    private volatile Dictionary<string, ApiToken> _byId = [];
    private Task _refreshing = Task.CompletedTask;
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>Whoever the secret belongs to, or null. Looked up by its hash, so comparing takes no longer for a nearly right one.</summary>
    public async ValueTask<Principal.TokenPrincipal?> FindAsync(ReadOnlyMemory<byte> secret, CancellationToken stop)
    {
        if (secret.IsEmpty) return null;
        var hash = HashOf(secret.Span);
        if (hash == _bootstrapHash) return new Principal.TokenPrincipal(Bootstrap, Bootstrap, IsAdmin: true, []);
        if (accounts is null) return null;
        await RefreshAsync(accounts, stop).ConfigureAwait(false);
        return _byHash.TryGetValue(hash, out var token) && IsGood(token) ? Principal.TokenPrincipal.Of(token) : null;
    }

    /// <summary>Whether a token that let somebody in is still good, as of the last reading. An older reading is renewed meanwhile.</summary>
    public bool IsGood(string tokenId)
    {
        if (tokenId == Bootstrap || accounts is null) return true;
        if (time.GetUtcNow() - _readAt >= fresh && _reading.CurrentCount > 0) _refreshing = RefreshQuietlyAsync(accounts);
        return _byId.TryGetValue(tokenId, out var token) && IsGood(token);
    }

    private bool IsGood(ApiToken token) => !token.Revoked && (token.ExpiresAtMs == 0 || token.ExpiresAtMs > time.GetUtcNow().ToUnixTimeMilliseconds());

    // Nobody waits for it: a database that cannot be read now is asked again, and meanwhile the last reading counts.
    private async Task RefreshQuietlyAsync(IAccountStore store)
    {
        try
        {
            await RefreshAsync(store, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _readAt = time.GetUtcNow();
        }
    }

    private async ValueTask RefreshAsync(IAccountStore store, CancellationToken stop)
    {
        if (time.GetUtcNow() - _readAt < fresh) return;
        await _reading.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (time.GetUtcNow() - _readAt < fresh) return;
            var tokens = await store.ListTokensAsync(stop).ConfigureAwait(false);
            _byId = tokens.GroupBy(t => t.Id).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
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
