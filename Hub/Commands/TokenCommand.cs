using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Hub.Adapters.Sqlite;
using Hub.Core.Ports;

namespace Hub.Commands;

/// <summary><c>hub token create|list|revoke</c>: bearer tokens for automation, integrators and wall screens.</summary>
internal static class TokenCommand
{
    public static Command Build(VerbContext context)
    {
        var command = new Command("token", "Manages bearer tokens for automation, integrators and wall screens.");
        command.Subcommands.Add(Create(context));
        command.Subcommands.Add(List(context));
        command.Subcommands.Add(Revoke(context));
        return command;
    }

    private static Command Create(VerbContext context)
    {
        var name = new Argument<string>("name") { Description = "What it is for." };
        var roles = new Option<string[]>("--role") { Description = "Roles; Viewer when none is given.", AllowMultipleArgumentsPerToken = true };
        var topics = new Option<string[]>("--topic") { Description = "MQTT topic filters it may publish and subscribe to.", AllowMultipleArgumentsPerToken = true };
        var days = new Option<int>("--days") { Description = "Days until it expires; 0 for never.", DefaultValueFactory = _ => 365 };
        var create = new Command("create", "Creates a token and shows its secret once.") { name, roles, topics, days };
        create.SetAction(p => Offline.WithDatabaseAsync(context, async (database, _) =>
        {
            var chosen = (p.GetValue(roles) is { Length: > 0 } given ? given : [Roles.Viewer]).SelectMany(r => r.Split(',')).Select(
                r => Roles.All.FirstOrDefault(known => string.Equals(known, r, StringComparison.OrdinalIgnoreCase)) ?? throw new StartException($"role '{r}' is not known; known are {string.Join(", ", Roles.All)}")).ToList();
            if (p.GetValue(days) is < 0 or > 36_500) throw new StartException($"--days is {p.GetValue(days)}; allowed is 0 to 36500");
            var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            var now = context.Real.GetUtcNow();
            var token = new ApiToken(
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), p.GetValue(name)!, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), chosen,
                now.ToUnixTimeMilliseconds(), p.GetValue(days) == 0 ? 0 : now.AddDays(p.GetValue(days)).ToUnixTimeMilliseconds(), Revoked: false, p.GetValue(topics) ?? []);
            await new SqliteAccountStore(database).SaveTokenAsync(token, CancellationToken.None);
            Console.Error.WriteLine($"token {token.Id} ({token.Name}) for {string.Join(", ", chosen)}; its secret is shown only now:");
            Console.WriteLine(secret);
            return 0;
        }));
        return create;
    }

    private static Command List(VerbContext context)
    {
        var list = new Command("list", "Lists the tokens.");
        list.SetAction(_ => Offline.WithDatabaseAsync(context, async (database, _) =>
        {
            foreach (var t in await new SqliteAccountStore(database).ListTokensAsync(CancellationToken.None))
                Console.WriteLine($"{t.Id}\t{t.Name}\t{string.Join(',', t.Roles)}\t{(t.Revoked ? "revoked" : t.ExpiresAtMs == 0 ? "never expires" : $"until {DateTimeOffset.FromUnixTimeMilliseconds(t.ExpiresAtMs):yyyy-MM-dd}")}\t{string.Join(' ', t.Topics)}");
            return 0;
        }));
        return list;
    }

    private static Command Revoke(VerbContext context)
    {
        var id = new Argument<string>("id") { Description = "Id from 'hub token list'." };
        var revoke = new Command("revoke", "Makes a token useless at once.") { id };
        revoke.SetAction(p => Offline.WithDatabaseAsync(context, async (database, _) =>
        {
            var store = new SqliteAccountStore(database);
            var token = (await store.ListTokensAsync(CancellationToken.None)).FirstOrDefault(t => t.Id == p.GetValue(id)) ?? throw new StartException($"there is no token '{p.GetValue(id)}'; see 'hub token list'");
            await store.SaveTokenAsync(token with { Revoked = true }, CancellationToken.None);
            Console.WriteLine($"token {token.Id} is revoked");
            return 0;
        }));
        return revoke;
    }
}
