using System.Runtime.InteropServices;
using Hub.Road;

namespace Hub.Commands;

/// <summary>Waits for the operator's signal or for a fault that must end the process.</summary>
internal static class Lifetime
{
    /// <param name="hub">The hub.</param>
    /// <param name="stop">Stands for a signal as well.</param>
    /// <param name="first">Done before the hub stops; may be null.</param>
    /// <returns>Exit code: 0 after a signal, 1 after a fault.</returns>
    public static async Task<int> UntilStoppedAsync(RunningHub hub, CancellationToken stop, Func<Task>? first = null)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void On(PosixSignalContext context)
        {
            context.Cancel = true; // The hub stops in its own order; the runtime must not end the process under it.
            signal.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, On);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, On);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true; // By old custom: read the configuration again, here the rules.
            hub.RuleSets.Ask();
        });
        await using var cancelled = stop.Register(() => signal.TrySetResult());
        await Task.WhenAny(signal.Task, hub.Broken);
        if (first is not null) await first();
        await hub.StopAsync();
        return hub.Broken.IsCompleted ? 1 : 0;
    }
}
