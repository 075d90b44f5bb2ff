using System.CommandLine;
using Hub.Road;

namespace Hub.Commands;

/// <summary><c>hub run</c>: the hub, until SIGINT or SIGTERM.</summary>
internal static class RunCommand
{
    public static Command Build(VerbContext context)
    {
        var command = new Command("run", "Starts the hub with the configured data folder and listeners (default verb).");
        command.SetAction((_, stop) => RunAsync(context, stop));
        return command;
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken stop)
    {
        var settings = context.Settings();
        using var logs = Logs.Create(settings.DataDir, context.Configuration());
        await using var hub = await RunningHub.StartAsync(settings, Clocks.From(settings, context.Real), logs, stop: stop);
        return await Lifetime.UntilStoppedAsync(hub, stop);
    }
}
