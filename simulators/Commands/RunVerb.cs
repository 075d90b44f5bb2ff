using System.CommandLine;
using System.Globalization;
using Hub.Mqtt;
using Hub.Simulators.Communities;
using Hub.Simulators.Drivers;
using Hub.Simulators.Scenes;
using Spectre.Console;

namespace Hub.Simulators.Commands;

/// <summary><c>run</c>: a community lives against a broker until its days are over or it is stopped.</summary>
internal static class RunVerb
{
    public static Command Build(TimeProvider real)
    {
        var broker = Verbs.Option<string>("--broker", "Broker to publish to, mqtt://host:port.", "mqtt://127.0.0.1:1883").Address("mqtt", "mqtts");
        var community = Verbs.Option("--community", "Community to simulate.", Community.Leshan).OneOf(Community.Known);
        var scene = Verbs.Option<string>("--scene", "Scene to play (several with commas), or all; without it only what happens by itself.").OneOf([.. SceneBook.All.Select(s => s.Name), "all"]);
        var scale = Verbs.Option("--scale", "Share of buildings and devices.", 0.1).Within(0.0001, 1);
        var speed = Verbs.Option<double?>("--speed", "Simulated seconds per second; must be the hub's own speed. Default: as the hub runs.");
        var seed = Verbs.Option("--seed", "Seed of everything random.", 1UL);
        var truth = Verbs.Option<string>("--truth", "File for the ground truth, JSON lines.");
        var hub = Verbs.Option<string>("--hub", "HTTP address of the hub to register the devices at.").Address("http", "https");
        var token = Verbs.Option<string>("--token", "Token for --hub.");
        var days = Verbs.Option<double?>("--days", "Simulated days to run; without it until stopped.");
        var from = Verbs.Option<DateTimeOffset?>("--from", "Simulated start, ISO 8601. Default: the hub's time.");
        var incidents = Verbs.Option("--incidents", "Multiplies how often things happen by themselves; 0 for never.", 1.0).Within(0, 100);
        var user = Verbs.Option<string>("--user", "User name for the broker; {id} stands for the gateway.");
        var password = Verbs.Option<string>("--password", "Password for the broker.");
        var qos = Verbs.Option("--telemetry-qos", "Service level of telemetry, 0 or 1. Events always go with 1.", 1);
        qos.Validators.Add(r =>
        {
            if (r.Tokens.Count == 1 && r.GetValueOrDefault<int>() is not (0 or 1)) r.AddError($"--telemetry-qos is {r.Tokens[0].Value}; allowed are 0 and 1.");
        });
        var command = new Command("run", "Lets a community live against a broker.") { broker, community, scene, scale, speed, seed, truth, hub, token, days, from, incidents, user, password, qos };
        command.SetAction((parsed, stop) => RunAsync(
            new RunPlan
            {
                Broker = new Uri(parsed.GetValue(broker)!),
                CommunityName = parsed.GetValue(community)!,
                Scenes = parsed.GetValue(scene)?.Split(',') ?? [],
                Scale = parsed.GetValue(scale),
                Speed = parsed.GetValue(speed) ?? double.NaN,
                Seed = parsed.GetValue(seed),
                TruthFile = parsed.GetValue(truth),
                Hub = parsed.GetValue(hub) is { } h ? new Uri(h) : null,
                Token = parsed.GetValue(token),
                Days = parsed.GetValue(days) ?? double.NaN,
                From = parsed.GetValue(from),
                Incidents = parsed.GetValue(incidents),
                UserName = parsed.GetValue(user),
                Password = parsed.GetValue(password),
                Telemetry = parsed.GetValue(qos) == 0 ? Qos.AtMostOnce : Qos.AtLeastOnce,
            },
            real,
            stop));
        return command;
    }

    private static async Task<int> RunAsync(RunPlan plan, TimeProvider real, CancellationToken stop)
    {
        var driver = new RunDriver(plan, real, Say);
        try
        {
            if (AnsiConsole.Profile.Capabilities.Interactive && !double.IsNaN(plan.Days)) await WithBarAsync(driver, real, stop).ConfigureAwait(false);
            else await WithLinesAsync(driver, real, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        var f = driver.Figures;
        Say(Line(driver));
        if (f.Refusal is not null) Say($"last refusal: {f.Refusal}");
        return f.Refused + f.Lost == 0 ? 0 : 1;
    }

    private static Task WithBarAsync(RunDriver driver, TimeProvider real, CancellationToken stop) =>
        AnsiConsole.Progress().AutoClear(true).StartAsync(async context =>
        {
            var bar = context.AddTask("simulated time", maxValue: 1);
            await WatchAsync(driver.RunAsync(stop), real, TimeSpan.FromMilliseconds(250), () =>
            {
                var (from, to) = driver.Span;
                if (to > from) bar.Value = (double)(driver.NowMs - from) / (to - from);
                bar.Description = Markup.Escape(Line(driver));
            }).ConfigureAwait(false);
        });

    private static Task WithLinesAsync(RunDriver driver, TimeProvider real, CancellationToken stop) =>
        WatchAsync(driver.RunAsync(stop), real, TimeSpan.FromSeconds(10), () => Say(Line(driver)));

    private static async Task WatchAsync(Task running, TimeProvider real, TimeSpan every, Action show)
    {
        while (await Task.WhenAny(running, Task.Delay(every, real, CancellationToken.None)).ConfigureAwait(false) != running) show();
        await running.ConfigureAwait(false);
    }

    // Off a terminal a line must not be folded at a guessed width.
    private static void Say(string line)
    {
        if (AnsiConsole.Profile.Capabilities.Interactive) AnsiConsole.WriteLine(line);
        else Console.WriteLine(line);
    }

    private static string Line(RunDriver driver)
    {
        var f = driver.Figures;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(driver.NowMs).ToOffset(TimeSpan.FromHours(8));
        var lag = driver.LagMs > 60_000 ? string.Create(CultureInfo.InvariantCulture, $", {driver.LagMs / 1000} s behind: the hub is too slow for this speed") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{now:MM-dd HH:mm:ss}  sent {f.Sent}, acknowledged {f.Acknowledged}, refused {f.Refused}, commands {f.Commands}, truth {driver.TruthLines}{lag}");
    }
}
