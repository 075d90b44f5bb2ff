using System.CommandLine;
using Hub.Adapters.Sqlite;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Settings;

namespace Hub.Commands;

/// <summary><c>hub user add|list|password</c>.</summary>
internal static class UserCommand
{
    private const int LeastPassword = 8;

    public static Command Build(VerbContext context)
    {
        var command = new Command("user", "Manages the people who may sign in.");
        command.Subcommands.Add(Add(context));
        command.Subcommands.Add(List(context));
        command.Subcommands.Add(Password(context));
        return command;
    }

    private static Command Add(VerbContext context)
    {
        var id = new Argument<string>("id") { Description = "Sign-in name." };
        var name = new Option<string>("--name") { Description = "Name shown with what they do.", DefaultValueFactory = _ => "" };
        var roles = new Option<string[]>("--role") { Description = $"Roles: {string.Join(", ", Roles.All)}.", AllowMultipleArgumentsPerToken = true, Required = true };
        var grids = new Option<string[]>("--grid") { Description = "Grids or places the person works for; none means all.", AllowMultipleArgumentsPerToken = true };
        var password = new Option<string?>("--password") { Description = "Password; asked for, or read from standard input, when not given." };
        var add = new Command("add", "Adds or replaces an account.") { id, name, roles, grids, password };
        add.SetAction(p => Offline.WithDatabaseAsync(context, async (database, _) =>
        {
            var chosen = p.GetValue(roles)!.SelectMany(r => r.Split(',')).Select(RoleOf).ToList();
            var user = p.GetValue(id)!;
            await new SqliteAccountStore(database).SaveAccountAsync(
                new Account(user, p.GetValue(name) is { Length: > 0 } n ? n : user, Hash(p.GetValue(password)), chosen, p.GetValue(grids) ?? []), CancellationToken.None);
            Console.WriteLine($"{user} may sign in as {string.Join(", ", chosen)}");
            return 0;
        }));
        return add;
    }

    private static Command List(VerbContext context)
    {
        var list = new Command("list", "Lists the accounts.");
        list.SetAction(_ => Offline.WithDatabaseAsync(context, async (database, _) =>
        {
            foreach (var a in await new SqliteAccountStore(database).ListAccountsAsync(CancellationToken.None))
                Console.WriteLine($"{a.Id}\t{a.DisplayName}\t{string.Join(',', a.Roles)}\t{string.Join(',', a.Grids)}{(a.Disabled ? "\tdisabled" : "")}");
            return 0;
        }));
        return list;
    }

    private static Command Password(VerbContext context)
    {
        var id = new Argument<string>("id") { Description = "Sign-in name." };
        var password = new Option<string?>("--password") { Description = "New password; asked for, or read from standard input, when not given." };
        var command = new Command("password", "Sets a new password.") { id, password };
        command.SetAction(p => Offline.WithDatabaseAsync(context, async (database, _) =>
        {
            var store = new SqliteAccountStore(database);
            var account = await store.FindAccountAsync(p.GetValue(id)!, CancellationToken.None) ?? throw new StartException($"there is no account '{p.GetValue(id)}'; see 'hub user list'");
            await store.SaveAccountAsync(account with { PasswordHash = Hash(p.GetValue(password)) }, CancellationToken.None);
            Console.WriteLine($"{account.Id} has a new password");
            return 0;
        }));
        return command;
    }

    private static string RoleOf(string text) =>
        Roles.All.FirstOrDefault(r => string.Equals(r, text, StringComparison.OrdinalIgnoreCase))
        ?? throw new StartException($"role '{text}' is not known{(Suggestion.For(text, Roles.All) is { } near ? $"; did you mean {near}?" : "")}; known are {string.Join(", ", Roles.All)}");

    private static string Hash(string? password)
    {
        if (password is null && !Console.IsInputRedirected) Console.Write("Password: ");
        password ??= Console.ReadLine() ?? "";
        if (password.Length < LeastPassword) throw new StartException($"the password has {password.Length} characters, expected at least {LeastPassword}");
        return PasswordHash.Create(password);
    }
}
