using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Hub.Cases;
using Hub.Core;
using Hub.Road;
using Hub.Settings;

namespace Hub.Commands;

/// <summary><c>hub check</c>: configuration, rules, certificates, data and connections; exit 1 with a list of faults.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan storePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan calendarAhead = TimeSpan.FromDays(30);

    public static Command Build(VerbContext context)
    {
        var check = new Command("check", "Checks configuration, rules, data folder and connections; exit 1 with a list of faults.");
        check.SetAction((_, stop) => RunAsync(context, stop));
        return check;
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken stop)
    {
        var settings = context.Settings(); // throws with every fault of the configuration
        var clocks = Clocks.From(settings, context.Real);
        var findings = new Findings(Console.Out);
        await findings.LookAsync("rules", () =>
        {
            var rules = Opening.Rules(settings, new ChannelTable());
            return Task.FromResult($"{rules.Rules.Count} rules from {settings.RulesDirectory}; proven: nothing can mute a P1 of smoke, heat or gas");
        });
        await findings.LookAsync("case policy", () => Task.FromResult(Policy(settings, context.Real.GetUtcNow(), findings)));
        if (CertificateCheck.Concerns(settings)) await findings.LookAsync("certificates", () => Task.FromResult(new CertificateCheck(settings, context.Real, findings).Run()));
        var running = Directory.Exists(settings.DataDir) && DataFolder.IsInUse(settings.DataDir);
        if (await findings.LookAsync("data folder", () => Task.FromResult(Folder(settings, running)))) await new DataCheck(settings, clocks, findings).RunAsync(stop);
        if (!running) await findings.LookAsync("ports", () => Task.FromResult(Ports(settings)));
        if (settings.Influx is { } influx) await findings.LookAsync("readings store", () => InfluxAsync(context, settings, influx, stop));
        foreach (var fault in findings.Faults) Console.Error.WriteLine($"fault: {fault}");
        Console.WriteLine(findings.Faults.Count == 0 ? "no faults" : $"{findings.Faults.Count} fault(s)");
        return findings.Faults.Count == 0 ? 0 : 1;
    }

    // Limits in working days are wrong in a year whose holidays nobody entered.
    private static string Policy(HubSettings settings, DateTimeOffset now, Findings findings)
    {
        var policy = Opening.Policy(settings);
        var known = string.Join(", ", policy.Calendar.Years);
        var year = TimeZoneInfo.ConvertTime(now, settings.Zone).Year;
        var soon = TimeZoneInfo.ConvertTime(now + calendarAhead, settings.Zone).Year;
        var mend = $"put the holidays and make-up days into {Path.Combine(settings.RulesDirectory, "cases", "calendar.yaml")}";
        if (!policy.Calendar.Years.Contains(year)) findings.Fault("case policy", $"the work calendar covers {known}, it is {year}; {mend}");
        else if (!policy.Calendar.Years.Contains(soon)) findings.Say("note", $"the work calendar covers {known}; before {soon} begins, {mend}");
        return $"limits, routing and calendar {policy.Version}";
    }

    private static string Folder(HubSettings settings, bool running)
    {
        if (running) return $"{settings.DataDir} is in use by a running hub";
        if (!Directory.Exists(settings.DataDir)) return $"{settings.DataDir} does not exist yet; it is made at the first start";
        using var folder = DataFolder.Open(settings.DataDir);
        return $"{settings.DataDir} can be written, {new DriveInfo(settings.DataDir).AvailableFreeSpace >> 20} MiB free";
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

    private static async Task<string> InfluxAsync(VerbContext context, HubSettings settings, InfluxSettings influx, CancellationToken stop)
    {
        using var folder = DataFolder.Open(Path.Combine(Path.GetTempPath(), $"hub-check-{Environment.ProcessId}"), throwAway: true);
        await using var store = Opening.Store(settings, folder, Clocks.From(settings, context.Real));
        await store.OpenAsync(settings.Lanes, stop).WaitAsync(storePatience, context.Real, stop);
        return $"{store.Name} at {influx.Url} answers";
    }
}
