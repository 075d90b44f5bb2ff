using System.Collections.Concurrent;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;
using Hub.Simulators.Scenes;

namespace Hub.Simulators.Drivers;

/// <summary>The demonstration: first some past hours as fast as the hub takes them, then real time with a scene every minute or so.</summary>
/// <remarks>
/// How to use it, by one loop: connect a <see cref="GatewayFleet"/>, set its <c>OnCommand</c> to <see cref="Command"/>, await
/// <see cref="FastForwardAsync"/> (the hub's clock held, moved by <c>clockMoved</c>), release the hub's clock, await <see cref="RunAsync"/>.
/// </remarks>
public sealed class DemoDriver
{
    // Minutes before the end of the past hours at which scenes begin. The later ones are still open when the page is.
    private static readonly (double Before, string Scene)[] past =
    [
        (172, "lift-rides"), (165, "flying-wire"), (150, "hot-cable"), (138, "smoke"), (126, "door-forced"), (118, "rework"), (104, "port-overheat"),
        (92, "gas-leak"), (80, "lift-refused"), (72, "outage"), (60, "lane-blocked-fire"), (50, "lift-rides"), (42, "flying-wire"), (34, "hot-cable"),
        (27, "cooking-then-fire"), (20, "whistle"), (14, "lift-rides"), (10, "door-forced"), (7, "port-overheat"), (3, "elder-sos"),
    ];

    // Rotates over kinds; the slow ones come due while the quick ones play.
    private static readonly string[] rotation =
    [
        "flying-wire", "lift-rides", "port-overheat", "smoke", "lane-blocked-fire", "elder-sos", "hot-cable", "lift-refused", "gas-leak",
        "door-forced", "cooking-then-fire", "tamper-theft", "whistle", "battery-fire", "outage", "unanswered",
    ];

    private readonly ConcurrentQueue<(string Device, ReadOnlyMemory<byte> Payload)> commands = new();
    private readonly Community community;
    private readonly DateTimeOffset from;
    private int turn;

    /// <summary>Prepares the community at the beginning of its past hours.</summary>
    public DemoDriver(Community community, DateTimeOffset from, ulong seed = 1)
    {
        (this.community, this.from) = (community, from);
        Simulation = new Simulation(community, from, new SimulationOptions { Seed = seed });
    }

    /// <summary>The community at play; its truth may be read along.</summary>
    public Simulation Simulation { get; }

    /// <summary>How many messages went out.</summary>
    public long Sent { get; private set; }

    /// <summary>Takes a command that came down; any thread. The device answers when the loop comes by.</summary>
    public void Command(string device, ReadOnlyMemory<byte> payload) => commands.Enqueue((device, payload));

    /// <summary>Lives through the past hours. Within each step: all messages of it, then <paramref name="drain"/>, then the clock moves to its end.</summary>
    /// <param name="to">End of the past hours.</param>
    /// <param name="send">Publishes one message; waits when the hub pushes back.</param>
    /// <param name="drain">Completes when all that was sent is acknowledged.</param>
    /// <param name="clockMoved">Told the new hub time: move the clock, write the ticks.</param>
    /// <param name="step">Simulated time per step, 1 s to 1 min: small steps keep arrival close to event time. Default 1 s.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task FastForwardAsync(
        DateTimeOffset to, Func<SimMessage, CancellationToken, ValueTask> send, Func<CancellationToken, Task> drain,
        Func<DateTimeOffset, CancellationToken, ValueTask> clockMoved, TimeSpan? step = null, CancellationToken stop = default)
    {
        foreach (var (before, scene) in past)
            if (to - TimeSpan.FromMinutes(before) is var at && at > from) Simulation.Play(scene, at);
        var stepMs = (long)Math.Clamp((step ?? TimeSpan.FromSeconds(1)).TotalMilliseconds, 1_000, 60_000);
        var toMs = to.ToUnixTimeMilliseconds();
        // Who speaks once a day may say nothing within these hours: everyone shows up once, as when a community is put into service.
        foreach (var message in Introductions.Of(community, from.ToUnixTimeMilliseconds()))
        {
            await send(message, stop).ConfigureAwait(false);
            Sent++;
        }

        for (var ms = Math.Min(from.ToUnixTimeMilliseconds() + stepMs, toMs); ; ms = Math.Min(ms + stepMs, toMs))
        {
            await SendUntilAsync(ms, send, stop).ConfigureAwait(false);
            await drain(stop).ConfigureAwait(false);
            await clockMoved(DateTimeOffset.FromUnixTimeMilliseconds(ms), stop).ConfigureAwait(false);
            if (ms >= toMs) return;
        }
    }

    /// <summary>Goes on with the hub's clock until stopped, with a scene every <paramref name="pause"/> of real time.</summary>
    /// <param name="hubClock">The hub's clock, now running.</param>
    /// <param name="real">The real clock, for waiting.</param>
    /// <param name="send">Publishes one message.</param>
    /// <param name="scenePlayed">Told the name of each scene as it begins; may be null.</param>
    /// <param name="pause">Between two scenes. Default 60 s.</param>
    /// <param name="stop">Ends it; that is not an error.</param>
    public async Task RunAsync(
        TimeProvider hubClock, TimeProvider real, Func<SimMessage, CancellationToken, ValueTask> send,
        Action<string>? scenePlayed = null, TimeSpan? pause = null, CancellationToken stop = default)
    {
        var between = pause ?? TimeSpan.FromSeconds(60);
        var lastScene = real.GetTimestamp();
        var first = true;
        try
        {
            while (true)
            {
                var now = hubClock.GetUtcNow();
                if (real.GetElapsedTime(lastScene) >= (first ? TimeSpan.FromSeconds(8) : between))
                {
                    (first, lastScene) = (false, real.GetTimestamp());
                    var scene = rotation[turn++ % rotation.Length];
                    if (Simulation.Play(scene, now) is null) scenePlayed?.Invoke(scene);
                }

                await SendUntilAsync(now.ToUnixTimeMilliseconds(), send, stop).ConfigureAwait(false);
                await Task.Delay(TimeSpan.FromMilliseconds(50), real, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async ValueTask SendUntilAsync(long untilMs, Func<SimMessage, CancellationToken, ValueTask> send, CancellationToken stop)
    {
        while (commands.TryDequeue(out var command)) Simulation.Command(command.Device, command.Payload);
        while (Simulation.TryNext(untilMs, out var message))
        {
            await send(message, stop).ConfigureAwait(false);
            Sent++;
        }
    }
}
