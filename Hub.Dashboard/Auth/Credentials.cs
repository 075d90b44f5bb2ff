using System.Security.Cryptography;
using System.Text;
using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Dashboard.Auth;

/// <summary>Checks passwords and tokens against the account store, remembering what it read for a few seconds.</summary>
/// <remarks>Whoever is disabled or revoked is out within <see cref="FreshMs"/>, on every node.</remarks>
internal sealed class Credentials(IAccountStore store, DashboardOptions options, Clock clock) : IDisposable
{
    private const long FreshMs = 5_000;

    // Hashing a password takes a tenth of a second of a core; more than two at once would starve the alarms.
    private readonly SemaphoreSlim hashing = new(2);

    // What an unknown name is checked against, so that it takes as long as a known one.
    private readonly Lazy<string> nobody = new(() => PasswordHash.Create(RandomNumberGenerator.GetBytes(16)));
    private readonly byte[] bootstrap = options.BootstrapToken.Length == 0 ? [] : SHA256.HashData(Encoding.UTF8.GetBytes(options.BootstrapToken));

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long AtMs, Account? Account)> accounts = new(StringComparer.Ordinal);
    private (long AtMs, IReadOnlyList<ApiToken> Tokens) tokens = (long.MinValue / 2, []);

    /// <summary>The caller with that name and password, or null; takes the same time for every kind of refusal.</summary>
    public async Task<(Caller Caller, string Stamp)?> CheckPasswordAsync(string name, string password, CancellationToken stop)
    {
        var account = await store.FindAccountAsync(name, stop);
        await hashing.WaitAsync(stop);
        bool matches;
        try
        {
            matches = PasswordHash.Verify(password, account?.PasswordHash ?? nobody.Value);
        }
        finally
        {
            hashing.Release();
        }

        return matches && account is { Disabled: false, Roles.Count: > 0 } ? (Of(account), StampOf(account)) : null;
    }

    /// <summary>The caller of a bearer token, or null.</summary>
    public async Task<(Caller Caller, string Stamp)?> CheckTokenAsync(string secret, CancellationToken stop)
    {
        if (secret.Length is 0 or > 512) return null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        if (bootstrap.Length > 0 && CryptographicOperations.FixedTimeEquals(hash, bootstrap)) return Bootstrap();

        ApiToken? match = null;
        var hex = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash));
        foreach (var token in await TokensAsync(stop))
            if (CryptographicOperations.FixedTimeEquals(hex, Encoding.ASCII.GetBytes(token.Hash))) match = token;
        return match is not null && IsValid(match) ? (Of(match), "token") : null;
    }

    /// <summary>The session's caller as the store knows it now; null when the session must end.</summary>
    public async Task<Caller?> RefreshAsync(string callerId, string stamp, CancellationToken stop)
    {
        if (stamp == "bootstrap") return bootstrap.Length > 0 ? Bootstrap().Caller : null;
        if (stamp == "token")
        {
            var token = (await TokensAsync(stop)).FirstOrDefault(t => TokenCallerId(t) == callerId);
            return token is not null && IsValid(token) ? Of(token) : null;
        }

        var account = await AccountAsync(callerId, stop);
        return account is { Disabled: false, Roles.Count: > 0 } && StampOf(account) == stamp ? Of(account) : null;
    }

    public void Dispose() => hashing.Dispose();

    private static (Caller Caller, string Stamp) Bootstrap() => (new Caller("token:bootstrap", "bootstrap", [Roles.Admin], []), "bootstrap");

    private static Caller Of(Account account) => new(account.Id, account.DisplayName.Length > 0 ? account.DisplayName : account.Id, account.Roles, account.Grids);

    private static Caller Of(ApiToken token) => new(TokenCallerId(token), token.Name, token.Roles, []);

    private static string TokenCallerId(ApiToken token) => "token:" + token.Id;

    // A new password ends the sessions made with the old one.
    private static string StampOf(Account account) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account.PasswordHash)).AsSpan(0, 8));

    private bool IsValid(ApiToken token) => token is { Revoked: false, Roles.Count: > 0 } && (token.ExpiresAtMs == 0 || clock.NowMs < token.ExpiresAtMs);

    private async Task<IReadOnlyList<ApiToken>> TokensAsync(CancellationToken stop)
    {
        lock (gate)
            if (IsFresh(tokens.AtMs)) return tokens.Tokens;
        var read = await store.ListTokensAsync(stop);
        lock (gate) tokens = (clock.NowMs, read);
        return read;
    }

    private async Task<Account?> AccountAsync(string id, CancellationToken stop)
    {
        lock (gate)
            if (accounts.TryGetValue(id, out var known) && IsFresh(known.AtMs)) return known.Account;
        var read = await store.FindAccountAsync(id, stop);
        lock (gate)
        {
            if (accounts.Count > 1_000) accounts.Clear();
            accounts[id] = (clock.NowMs, read);
        }

        return read;
    }

    private bool IsFresh(long readAtMs) => clock.NowMs - readAtMs is >= 0 and < FreshMs;
}
