using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Hub.Adapters.Sqlite;
using Hub.Core;
using Hub.Road;
using Hub.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Commands;

/// <summary><c>hub check</c>: configuration, rules, data and connections; exit 1 with a list of faults.</summary>
internal static class CheckCommand
{
    public static Command Build(VerbContext context)
    {
        var check = new Command("check", "Checks configuration, rules, data folder and connections; exit 1 with a list of faults.");
        check.SetAction((_, stop) => RunAsync(context, stop));
        return check;
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken stop)
    {
        var settings = context.Settings(); // throws with every fault of the configuration
        var faults = new List<string>();
        await TryAsync(faults, "rules", () =>
        {
            var rules = Opening.Rules(settings, new ChannelTable());
            return Task.FromResult($"{rules.Rules.Count} rules from {settings.RulesDirectory}");
        });
        var free = await TryAsync(faults, "data folder", () => DataAsync(context, settings, stop));
        if (free) await TryAsync(faults, "ports", () => Task.FromResult(Ports(settings)));
        await TryAsync(faults, "readings store", async () =>
        {
            if (settings.Readings == ReadingsStoreKind.Embedded) return "embedded";
            using var folder = DataFolder.Open(Path.Combine(Path.GetTempPath(), $"hub-check-{Environment.ProcessId}"), throwAway: true);
            await using var store = Opening.Store(settings, folder, Clocks.From(settings, context.Real));
            await store.OpenAsync(settings.Lanes, stop).WaitAsync(TimeSpan.FromSeconds(10), context.Real, stop);
            return $"{store.Name} at {settings.Influx!.Url} answers";
        });
        foreach (var fault in faults) Console.Error.WriteLine($"fault: {fault}");
        Console.WriteLine(faults.Count == 0 ? "no faults" : $"{faults.Count} fault(s)");
        return faults.Count == 0 ? 0 : 1;
    }

    private static async Task<string> DataAsync(VerbContext context, HubSettings settings, CancellationToken stop)
    {
        if (!Directory.Exists(settings.DataDir)) return $"{settings.DataDir} does not exist yet; it is made at the first start";
        using var folder = DataFolder.Open(settings.DataDir);
        var clocks = Clocks.From(settings, context.Real);
        await using var database = await Opening.DatabaseAsync(folder, clocks);
        var store = new SqliteCaseStore(database);
        if (await store.VerifyChainAsync(stop) is { } broken) throw new StartException(broken);
        await using var journal = Opening.Journal(settings, folder, clocks, NullLoggerFactory.Instance);
        var records = Enumerable.Range(0, journal.Lanes).Sum(journal.Head);
        return $"{settings.DataDir}: {await store.LastSequenceAsync(stop)} case events with both hash chains whole, {records} journal records";
    }

    private static string Ports(HubSettings settings)
    {
        foreach (var (key, port) in new[] { ("Hub:Http:Port", settings.HttpPort), ("Hub:Mqtt:Port", settings.MqttPort), ("Hub:Mqtt:TlsPort", settings.MqttTlsPort) })
        {
            if (port <= 0) continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Parse(settings.Bind), port);
                listener.Start();
            }
            catch (SocketException e)
            {
                throw new StartException($"{key} {port} cannot be listened on ({e.Message}); stop the other program or choose another port");
            }
        }

        return "free";
    }

    private static async Task<bool> TryAsync(List<string> faults, string what, Func<Task<string>> look)
    {
        try
        {
            Console.WriteLine($"{what}: {await look()}");
            return true;
        }
        catch (Exception e) when (e is StartException or IOException or HttpRequestException or TimeoutException or InvalidOperationException)
        {
            faults.Add($"{what}: {e.Message}");
            return false;
        }
    }
}
