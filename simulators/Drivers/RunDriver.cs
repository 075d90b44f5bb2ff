using System.Collections.Concurrent;
using System.Globalization;
using Hub.Mqtt;
using Hub.Simulators.Commands;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;
using Hub.Simulators.Scenes;

namespace Hub.Simulators.Drivers;

/// <summary>Runs a community against a broker: registers it, follows the hub's clock, plays scenes, writes the truth.</summary>
internal sealed class RunDriver(RunPlan plan, TimeProvider real, Action<string> say)
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan longSettling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan shortSettling = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan beat = TimeSpan.FromMilliseconds(40);
    private readonly ConcurrentQueue<(string Device, ReadOnlyMemory<byte> Payload)> commands = new();
    private GatewayFleet? fleet;
    private Simulation? simulation;

    /// <summary>Simulated start and end [ms]; the end is <see cref="long.MaxValue"/> when it runs until stopped.</summary>
    public (long FromMs, long ToMs) Span { get; private set; }

    /// <summary>Simulated time reached [ms].</summary>
    public long NowMs => simulation?.NowMs ?? 0;

    public FleetFigures Figures => fleet?.Figures ?? default;

    /// <summary>How far simulated time lags behind the hub's [ms]: above a minute the hub is too slow for the speed.</summary>
    public long LagMs { get; private set; }

    public int TruthLines { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        var community = Communities.Community.Build(plan.Seed, plan.Scale, plan.CommunityName);
        if (plan.Hub is not null) await RegisterAsync(community, stop).ConfigureAwait(false);

        await using var listener = NewClient("sim-clock");
        var clock = await FindClockAsync(listener, stop).ConfigureAwait(false);
        await using var ours = new GatewayFleet(community, new FleetOptions { Broker = plan.Broker, UserName = plan.UserName, Password = plan.Password, Telemetry = plan.Telemetry }, real);
        fleet = ours;
        fleet.OnCommand = (device, payload) => commands.Enqueue((device, payload));
        await fleet.ConnectAsync(stop).ConfigureAwait(false);
        say($"{community.Devices.Count} devices behind {fleet.Connections} gateways connected to {plan.Broker}");

        if (plan.Hub is null) await IntroduceAsync(community, clock, stop).ConfigureAwait(false);
        var start = DateTimeOffset.FromUnixTimeMilliseconds(clock.NowMs);
        simulation = new Simulation(community, start, new SimulationOptions { Seed = plan.Seed, Incidents = plan.Incidents });
        Span = (start.ToUnixTimeMilliseconds(), double.IsNaN(plan.Days) ? long.MaxValue : start.ToUnixTimeMilliseconds() + (long)(plan.Days * LocalTime.Day));
        PlayScenes(start);
        await LiveAsync(clock, stop).ConfigureAwait(false);
    }

    private async Task RegisterAsync(Community community, CancellationToken stop)
    {
        using var api = new HubApi(plan.Hub!, plan.Token ?? throw new SimulatorException("--hub needs --token: a token with the right to register devices ('hub token create')", 2));
        await api.RegisterAsync(community, stop).ConfigureAwait(false);
        say($"registered {community.Devices.Count} devices, {community.Places.Count} places, {community.Grids.Count} grids at {plan.Hub}");
    }

    // A hub tells its time and speed in a retained status; a plain broker does not, then our own clock must do.
    private async Task<HubClock> FindClockAsync(MqttClient listener, CancellationToken stop)
    {
        var clock = new HubClock(real);
        listener.OnMessage = clock.OnMessageAsync;
        await listener.ConnectAsync(stop).ConfigureAwait(false);
        await listener.SubscribeAsync(HubStatus.Topic, Qos.AtMostOnce, stop).ConfigureAwait(false);
        if (await clock.FoundAsync(patience, stop).ConfigureAwait(false))
        {
            CheckSpeed(clock);
            return clock;
        }

        var speed = double.IsNaN(plan.Speed) ? 1 : plan.Speed;
        clock.Set(new HubStatus((plan.From ?? real.GetUtcNow()).ToUnixTimeMilliseconds(), speed));
        say($"no hub tells its time on {HubStatus.Topic}; running on our own clock from {Local(clock.NowMs)} at speed {speed}");
        return clock;
    }

    private void CheckSpeed(HubClock clock)
    {
        var start = (plan.From ?? DateTimeOffset.FromUnixTimeMilliseconds(clock.NowMs)).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        if (!double.IsNaN(plan.Speed) && Math.Abs(clock.Speed - plan.Speed) > 0.001)
            throw new SimulatorException(string.Create(
                CultureInfo.InvariantCulture,
                $"the hub runs at speed {clock.Speed}, --speed asks for {plan.Speed}: both must share one clock. Start the hub with Hub__Clock__Speed={plan.Speed} Hub__Clock__Start={start}, or leave --speed out"));
        if (plan.From is { } from && Math.Abs(from.ToUnixTimeMilliseconds() - clock.NowMs) > 5 * LocalTime.Minute * Math.Max(1, clock.Speed / 60))
            throw new SimulatorException($"the hub's clock stands at {Local(clock.NowMs)}, --from asks for {Local(from.ToUnixTimeMilliseconds())}. Start the hub with Hub__Clock__Start={start}, or leave --from out");
        say(string.Create(CultureInfo.InvariantCulture, $"following the hub's clock: {Local(clock.NowMs)}, speed {clock.Speed}"));
    }

    private void PlayScenes(DateTimeOffset start)
    {
        var all = plan.Scenes is ["all"];
        var scenes = all ? [.. SceneBook.All.Select(s => s.Name)] : plan.Scenes;
        for (var i = 0; i < scenes.Count; i++)
        {
            // Alone: at once. All: each at the hour it belongs to, the others a few minutes apart.
            var at = start + TimeSpan.FromSeconds(30) + TimeSpan.FromMinutes(all ? 20 * i : 0);
            var hour = SceneBook.Find(scenes[i])!.Hour;
            if (all && !double.IsNaN(hour)) at = NextHour(start, hour);
            if (simulation!.Play(scenes[i], at) is { } why) say(why);
            else say($"scene {scenes[i]} begins {Local(at.ToUnixTimeMilliseconds())}");
        }
    }

    private static DateTimeOffset NextHour(DateTimeOffset start, double hour)
    {
        var now = LocalTime.HourOf(start.ToUnixTimeMilliseconds());
        return start.AddHours(hour > now ? hour - now : hour + 24 - now);
    }

    // Acknowledged means kept, not yet read: a hub settles a device in the lane of its place when it reads the introduction, and what the
    // device says before that would stand in another one.
    private async Task IntroduceAsync(Community community, HubClock clock, CancellationToken stop)
    {
        foreach (var message in Introductions.Of(community, clock.NowMs)) await fleet!.SendAsync(message, stop).ConfigureAwait(false);
        await fleet!.DrainAsync(stop).ConfigureAwait(false);
        await Task.Delay(SettlingAt(clock.Speed), real, stop).ConfigureAwait(false);
        say("every device introduced itself; a hub registers them when Hub__Ingest__UnknownDevices=accept");
    }

    // At most a minute of the hub's time: a community that is silent for longer counts as lost.
    private static TimeSpan SettlingAt(double speed)
    {
        var minute = TimeSpan.FromMinutes(1) / Math.Max(speed, 1);
        return minute > longSettling ? longSettling : minute < shortSettling ? shortSettling : minute;
    }

    private async Task LiveAsync(HubClock clock, CancellationToken stop)
    {
        await using var truth = plan.TruthFile is null ? null : OpenTruth(plan.TruthFile);
        try
        {
            while (simulation!.NowMs < Span.ToMs)
            {
                while (commands.TryDequeue(out var command)) simulation.Command(command.Device, command.Payload);
                var until = Math.Min(clock.NowMs, Span.ToMs);
                while (simulation.TryNext(until, out var message)) await fleet!.SendAsync(message, stop).ConfigureAwait(false);
                LagMs = clock.NowMs - until;
                await WriteTruthAsync(truth).ConfigureAwait(false);
                await Task.Delay(beat, real, stop).ConfigureAwait(false);
            }

            await fleet!.DrainAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            await WriteTruthAsync(truth).ConfigureAwait(false);
            var end = simulation!.NowMs;
            var last = new Truth("run", Truth.EndOfRun, "P4", plan.CommunityName, null, "", Span.FromMs, end, end, "joined", "what opens after this is not scored");
            if (truth is not null) await truth.WriteLineAsync(last.ToLine()).ConfigureAwait(false);
        }
    }

    private async Task WriteTruthAsync(StreamWriter? file)
    {
        var any = false;
        while (simulation!.TryTruth(out var line))
        {
            any = true;
            TruthLines++;
            if (file is not null) await file.WriteLineAsync(line.ToLine()).ConfigureAwait(false);
        }

        if (any && file is not null) await file.FlushAsync().ConfigureAwait(false);
    }

    private static StreamWriter OpenTruth(string path)
    {
        try
        {
            return new StreamWriter(path, append: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SimulatorException($"the truth file {path} cannot be written: {e.Message}", inner: e);
        }
    }

    private MqttClient NewClient(string id) => new(
        new MqttClientOptions { Broker = plan.Broker, ClientId = id, UserName = plan.UserName?.Replace("{id}", id, StringComparison.Ordinal), Password = plan.Password }, real);

    private static string Local(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
