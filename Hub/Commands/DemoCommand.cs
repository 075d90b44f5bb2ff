using System.CommandLine;
using System.Security.Cryptography;
using Hub.Clock;
using Hub.Dashboard;
using Hub.Road;
using Hub.Settings;
using Hub.Simulators.Communities;
using Hub.Simulators.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Commands;

/// <summary><c>hub demo</c>: a hub and the reference community in one process, over the same road as any device.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan step = TimeSpan.FromSeconds(5);

    public static Command Build(VerbContext context)
    {
        var seed = new Option<ulong>("--seed") { Description = "Seed of the simulated community.", DefaultValueFactory = _ => 1 };
        var speed = new Option<double>("--speed") { Description = "How fast the clock runs once the page is open.", DefaultValueFactory = _ => 1 };
        var hours = new Option<double>("--hours") { Description = "Past hours to live through first.", DefaultValueFactory = _ => 6 };
        var scale = new Option<double>("--scale") { Description = "Size of the community; 1 is 6,458 households.", DefaultValueFactory = _ => 0.1 };
        var data = new Option<string?>("--data") { Description = "Keep the data in this folder instead of a throw-away one." };
        speed.Validators.Add(r => Between(r, speed, 0.1, 1000));
        hours.Validators.Add(r => Between(r, hours, 0, 72));
        scale.Validators.Add(r => Between(r, scale, 0.01, 1));
        var command = new Command("demo", "Starts a hub with a simulated community that first lives through some hours, then goes on with a scene a minute.") { seed, speed, hours, scale, data };
        command.SetAction((parsed, stop) => RunAsync(context, parsed.GetValue(seed), parsed.GetValue(speed), parsed.GetValue(hours), parsed.GetValue(scale), parsed.GetValue(data), stop));
        return command;
    }

    private static void Between(System.CommandLine.Parsing.OptionResult result, Option<double> option, double min, double max)
    {
        if (result.GetValue(option) is var value && !(value >= min && value <= max))
            result.AddError(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{option.Name} is {value}; allowed is {min} to {max}"));
    }

    private static async Task<int> RunAsync(VerbContext context, ulong seed, double speed, double hours, double scale, string? data, CancellationToken stop)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var folder = data ?? Path.Combine(Path.GetTempPath(), $"hub-demo-{Environment.ProcessId}");
        var defaults = new Dictionary<string, string?>
        {
            ["Hub:DataDir"] = folder,
            ["Hub:Rules:Directory"] = CopyOfRules(folder),
            ["Hub:Bind"] = "127.0.0.1",
            ["Hub:Mqtt:Anonymous"] = "true",
            ["Hub:Ingest:UnknownDevices"] = "accept",
            ["Hub:Auth:BootstrapToken"] = token,
        };
        var settings = context.Settings(defaults);
        if (settings.MqttPort == 0) throw new StartException("Hub:Mqtt:Port: found 0 (off), the demo's devices need it; -1 takes a free port");
        using var logs = Logs.Create(settings.DataDir, context.Configuration(defaults), quietConsole: true);
        var begin = context.Real.GetUtcNow() - TimeSpan.FromHours(hours);
        var clock = new DemoClock(context.Real, begin);
        var community = Community.Build(seed, scale);
        await using var hub = await RunningHub.StartAsync(settings, new Clocks(context.Real, clock, speed), logs, throwAway: data is null, stop);
        hub.Web.Services.GetRequiredService<CommunityPlan>().Replace(community.Plan);
        await hub.Registry.RegisterAsync(community.Devices, community.Places, community.Grids, stop);
        hub.Desk.RefreshGrids();

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var playing = PlayAsync(context.Real, hub, clock, community, seed, begin, speed, ending.Token);
        var link = new Uri(hub.Http, $"/?token={settings.BootstrapToken}");
        Console.WriteLine();
        Console.WriteLine($"  Open / 打开   {link}");
        Console.WriteLine($"  MQTT          mqtt://127.0.0.1:{hub.MqttPort}   try: mosquitto_pub -p {hub.MqttPort} -q 1 -t hub/v1/{SmokeAlarm(community)}/event -m '{{\"type\":\"smoke\"}}'");
        Console.WriteLine("  Ctrl+C ends it.");
        Console.WriteLine();
        var code = await Lifetime.UntilStoppedAsync(hub, ending.Token, () => ending.CancelAsync());
        await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return playing.IsFaulted ? 1 : code;
    }

    // Rules that are tried and put in force in a demo must not change those the next one begins with.
    private static string CopyOfRules(string folder)
    {
        var (shipped, copy) = (Path.Combine(AppContext.BaseDirectory, "rules"), Path.Combine(folder, "packs"));
        if (Directory.Exists(copy)) return copy;
        try
        {
            Directory.CreateDirectory(copy);
            foreach (var file in Directory.EnumerateFiles(shipped, "*.yaml")) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            return copy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return shipped; // opening the data folder says what is wrong with it
        }
    }

    private static string SmokeAlarm(Community community) => community.Devices.First(d => d.Kind == "smokeAlarm").Id;

    private static async Task PlayAsync(TimeProvider real, RunningHub hub, DemoClock clock, Community community, ulong seed, DateTimeOffset begin, double speed, CancellationToken stop)
    {
        var log = hub.Logs.CreateLogger("Hub.Demo");
        try
        {
            await using var fleet = new GatewayFleet(community, new FleetOptions { Broker = new Uri($"mqtt://127.0.0.1:{hub.MqttPort}") }, real);
            var driver = new DemoDriver(community, begin, seed);
            fleet.OnCommand = driver.Command;
            await fleet.ConnectAsync(stop);
            var staff = new DemoStaff(hub);
            await staff.ComeInAsync(stop);
            var end = real.GetUtcNow();
            var began = real.GetTimestamp();
            using (var progress = new ProgressLine("living through the past hours", real))
            {
                await driver.FastForwardAsync(
                    end, fleet.SendAsync, fleet.DrainAsync,
                    async (now, token) =>
                    {
                        clock.MoveTo(now);
                        await hub.Ticks.CatchUpAsync(token);
                        await staff.WorkAsync(now, leisure: 1, token);
                        progress.Report((now - begin) / (end - begin), $"{driver.Sent:N0} messages, {hub.Desk.OpenCases} open cases");
                    },
                    step, stop);
            }

            log.LogInformation("Past hours done: {Messages} messages in {Seconds:F1} s", driver.Sent, real.GetElapsedTime(began).TotalSeconds);
            clock.Release(speed);
            var staffing = staff.RunAsync(clock, real, stop);
            await driver.RunAsync(clock, real, fleet.SendAsync, scene => Console.WriteLine($"  {TimeZoneInfo.ConvertTime(clock.GetUtcNow(), TimeZoneInfo.Local):HH:mm:ss}  scene: {scene}"), stop: stop);
            await staffing;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The demo ends.
        }
        catch (Exception e)
        {
            log.LogError(e, "The simulated community has stopped");
            throw;
        }
    }
}
