using System.Net;
using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;
using Hub.Rules;
using Hub.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>The whole road, joined: read it from top to bottom to know how a message travels.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private static readonly TimeSpan DrainAtMost = TimeSpan.FromSeconds(15);

    private readonly HubSettings settings;
    private readonly Clocks clocks;
    private readonly ILogger log;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> loops = [];
    private FileSessionStore? sessions;
    private bool restored;
    private int stopped;
    private Task rehearsal = Task.CompletedTask;

    private RunningHub(HubSettings settings, Clocks clocks, ILoggerFactory logs)
    {
        this.settings = settings;
        this.clocks = clocks;
        Logs = logs;
        log = logs.CreateLogger("Hub");
    }

    public required DataFolder Folder { get; init; }

    public required HubDatabase Database { get; init; }

    public required DeviceRegistry Registry { get; init; }

    public required LocalJournal Journal { get; init; }

    /// <summary>The rules in force when it started; see <see cref="RuleSets"/> for those in force now.</summary>
    public required RuleBook Rules { get; init; }

    public RulesInForce RuleSets { get; private set; } = null!;

    public SuppressionDesk Suppressions { get; private set; } = null!;

    public required ChannelTable Channels { get; init; }

    public required CaseDesk Desk { get; init; }

    public required IReadingsStore Readings { get; init; }

    public ILoggerFactory Logs { get; }

    public MqttEndpoint Endpoint { get; private set; } = null!;

    /// <summary>The outside broker messages are taken from; null when only the own endpoint serves.</summary>
    public BrokerSource? Source { get; private set; }

    /// <summary>The certificates of the TLS port; null when it is off.</summary>
    public TlsFiles? Tls { get; private set; }

    public WebApplication Web { get; private set; } = null!;

    public Gatekeeper Gatekeeper { get; private set; } = null!;

    public DoorFigures Figures { get; private set; } = null!;

    public TrafficMeter Traffic { get; private set; } = null!;

    public Ledger Ledger { get; private set; } = null!;

    public TickSource Ticks { get; private set; } = null!;

    public Redecoder Redecoder { get; private set; } = null!;

    public IReadOnlyList<LaneWorker> Lanes { get; private set; } = [];

    /// <summary>Scores of detectors on their way from the lanes to the readings store.</summary>
    public ScoreSpool Scores { get; private set; } = null!;

    public ReadingsWorker ReadingsWorker { get; private set; } = null!;

    /// <summary>What the door refused last.</summary>
    public Refusals Refusals { get; private set; } = null!;

    /// <summary>How journal and store are.</summary>
    public StorageWatch Storage { get; private set; } = null!;

    public HubMetrics Metrics { get; } = new();

    public Uri Http { get; private set; } = null!;

    public int MqttPort { get; private set; }

    /// <summary>Cancelled as soon as the hub begins to stop: long jobs end here, the road itself goes on to its end.</summary>
    public CancellationToken Closing => closing.Token;

    /// <summary>Completes when a loop of the road ends that should not; carries why. Never completes on an ordinary stop.</summary>
    public Task<Exception> Broken => broken.Task;

    private readonly TaskCompletionSource<Exception> broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts everything, in the order of the road from its end to its front door.</summary>
    /// <exception cref="StartException">Folder, database, rules or a port cannot be used; one line says which and what to do.</exception>
    public static async Task<RunningHub> StartAsync(HubSettings settings, Clocks clocks, ILoggerFactory logs, bool throwAway = false, CancellationToken stop = default)
    {
        var hub = await Opening.OpenAsync(settings, clocks, logs, throwAway, (f, d, g, j, r, c, k, s) =>
            new RunningHub(settings, clocks, logs) { Folder = f, Database = d, Registry = g, Journal = j, Rules = r, Channels = c, Desk = k, Readings = s }, stop);
        try
        {
            await hub.BeginAsync(stop);
            return hub;
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
    }

    /// <summary>What keeps the hub from being relied on, or null when it is ready.</summary>
    public string? Fault()
    {
        if (!restored) return "state is being restored";
        if (Journal.Full is { } full) return full;
        if (Source?.Fault is { } away) return away;
        return ReadingsWorker.Reachable ? null : $"the readings store {Readings.Name} cannot be reached";
    }

    /// <summary>Stops in the order of the road: the door closes, what is in the journal is worked off, then everything is kept and closed.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 1) return;
        log.LogInformation("Stopping: the door closes");
        await closing.CancelAsync();
        await rehearsal;
        if (Source is not null) await Source.CloseDoorAsync();
        if (Endpoint is not null) await Endpoint.StopAsync();
        if (Web is not null) await StopScheduleAsync();
        if (restored) await Ticks.CatchUpAsync(CancellationToken.None);
        if (restored) await DrainAsync();
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        foreach (var lane in restored ? Lanes : []) await lane.SaveAsync(CancellationToken.None);
        if (Source is not null) await Source.DisposeAsync(); // now, for the last cases and commands were said to its broker
        if (Web is not null) await Web.DisposeAsync();
        Tls?.Dispose();
        await Readings.DisposeAsync();
        sessions?.Dispose(); // now, for commands to absent devices were queued to the last
        await Journal.DisposeAsync();
        Desk.Dispose();
        RuleSets?.Dispose();
        Suppressions?.Dispose();
        await Database.DisposeAsync();
        Metrics.Dispose();
        Folder.Dispose();
        stopping.Dispose();
        closing.Dispose();
        log.LogInformation("Stopped");
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task BeginAsync(CancellationToken stop)
    {
        var options = IngestSettings.From(settings);
        var front = new FrontCounts();
        Refusals = front.Refusals;
        var ticks = TickWriter.Restore(Journal, front);
        var accounts = new SqliteAccountStore(Database);
        var sink = new JournalSink(Journal, Registry, front, options, clocks.Hub);
        Tls = TlsFiles.Open(settings, clocks.Network, Logs);
        Gatekeeper = new Gatekeeper(Registry, accounts, front, options, clocks.Network, settings.BootstrapToken, Tls?.Authorities);
        sessions = new FileSessionStore(Path.Combine(Folder.Path, "sessions"));
        Endpoint = new MqttEndpoint(settings.Mqtt, Gatekeeper, sink, clocks.Network, Logs, sessions);
        Figures = new DoorFigures(this, clocks);
        Traffic = new TrafficMeter(Registry, Endpoint, clocks.Network);
        var reports = new DoorReports(Endpoint, Registry, sink, Logs.CreateLogger<DoorReports>());
        if (settings.Source is { } broker) Source = new BrokerSource(broker, Folder, sink, clocks.Network, Logs.CreateLogger<BrokerSource>());
        Ledger = new Ledger(Journal, ticks, Registry);
        if (Source is not null) Ledger.Gaps = () => Source.Gaps;
        Redecoder = new Redecoder(new SqliteDeadLetterStore(Database), Journal, Registry, Channels, front, options);
        Ticks = new TickSource(ticks, clocks.Hub, Logs.CreateLogger<TickSource>());

        var snapshots = new SqliteSnapshotStore(Database);
        Scores = new ScoreSpool(Journal.Lanes);
        RuleSets = new RulesInForce(Rules, new RuleShelf(Folder.In("rules")), settings.RulesDirectory, Channels, settings.Zone, clocks.Hub, Logs.CreateLogger<RulesInForce>());
        Suppressions = new SuppressionDesk(new SqliteSuppressionStore(Database), clocks.Hub, () => Lanes.SelectMany(lane => lane.Held));
        Lanes = [.. Enumerable.Range(0, Journal.Lanes).Select(lane => new LaneWorker(
            new LaneReader(Journal, lane, Registry, Channels, options), RuleSets, new EngineOptions { KeepScores = true, Owns = device => LaneMap.Of(device, Journal.Lanes) == lane },
            Registry, Desk, snapshots, Scores, Ledger, Metrics, clocks,
            Logs.CreateLogger<LaneWorker>()))];
        ReadingsWorker = new ReadingsWorker(
            Readings, [.. Enumerable.Range(0, Journal.Lanes).Select(lane => new LaneReader(Journal, lane, Registry, Channels, options))], Scores, Ledger, clocks, Logs.CreateLogger<ReadingsWorker>());
        foreach (var lane in Lanes) await lane.RestoreAsync(stop);
        await AnnounceRulesAsync(stop);
        Instruments();

        var topics = new CaseTopics(Endpoint, Source, Metrics, settings.Zone);
        Desk.Feed.CasesCommitted += topics.OnCommitted;
        Web = Site.Build(this, settings, clocks, accounts, topics);
        await ListenAsync(stop);
        await topics.PublishOpenAsync(new SqliteCaseStore(Database), stop);
        foreach (var pending in await Desk.PendingCommandsAsync(stop)) topics.Send(pending.Command);

        foreach (var lane in Lanes) Watch(lane.RunAsync(stopping.Token));
        Watch(ReadingsWorker.RunAsync(stopping.Token));
        Watch(reports.RunAsync(stopping.Token));
        restored = true;
        if (Source is not null) Watch(Source.RunAsync());
        log.LogInformation(
            "Ready: pages and API at {Http}, MQTT on port {MqttPort}, {Rules} rules, {Devices} devices, data in {DataDir}", Http, MqttPort, Rules.Rules.Count, Registry.Count, Folder.Path);
        rehearsal = Task.Run(() => Rehearsal.HoldAsync(settings, clocks, log, closing.Token), CancellationToken.None);
    }

    private async Task AnnounceRulesAsync(CancellationToken stop)
    {
        try
        {
            await RuleSets.BeginAsync(Ticks, stop);
            await Suppressions.BeginAsync(Ticks, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JournalException)
        {
            throw new StartException($"rules and suppressions cannot be kept in Hub:DataDir '{Folder.Path}': {e.Message}", e);
        }
    }

    private async Task ListenAsync(CancellationToken stop)
    {
        try
        {
            await Web.StartAsync(stop);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException || e.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
        {
            var port = e.Message.Contains($":{settings.MqttPort}", StringComparison.Ordinal) && settings.MqttPort > 0 ? $"Hub:Mqtt:Port {settings.MqttPort}"
                : settings.MqttTlsPort > 0 && e.Message.Contains($":{settings.MqttTlsPort}", StringComparison.Ordinal) ? $"Hub:Mqtt:TlsPort {settings.MqttTlsPort}"
                : $"Hub:Http:Port {settings.HttpPort}";
            throw new StartException($"{port} is in use by another program; stop that program or choose another port", e);
        }

        var addresses = Web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToArray();
        var http = addresses[0];
        Http = new Uri($"http://{(IPAddress.TryParse(http.Host, out var ip) && ip.Equals(IPAddress.Any) ? "localhost" : http.Host)}:{http.Port}");
        MqttPort = settings.MqttPort == 0 ? 0 : addresses[1].Port;
    }

    private void Instruments()
    {
        Metrics.Connections = () => Endpoint.Statistics.Connections;
        Metrics.MessagesReceived = () => Ledger.Snapshot().Received;
        Metrics.MessagesRejected = () => Ledger.Snapshot().Rejected;
        Metrics.Readings = () => Ledger.Snapshot().Readings;
        Metrics.ReadingsStored = () => Ledger.Snapshot().Stored;
        Metrics.JournalLag = Ledger.Lag;
        Figures.Instrument(Metrics.Meter);
        Storage = new StorageWatch(this, clocks);
        Storage.Instrument(Metrics.Meter);
        DetectorMetrics.Instrument(Metrics.Meter, () => Lanes);
        StateMetrics.Instrument(Metrics.Meter, () => Lanes);
    }

    // A loop of the road that ends while nobody stops the hub is our own fault: the process must not go on half alive.
    private void Watch(Task loop)
    {
        loops.Add(loop.ContinueWith(
            done =>
            {
                if (stopping.IsCancellationRequested && done.Exception is null) return;
                if (stopped == 1 && done.Exception is null) return;
                var fault = done.Exception?.GetBaseException() ?? new InvalidOperationException("a loop of the road ended by itself");
                log.LogCritical(fault, "A loop of the road has ended");
                broken.TrySetResult(fault);
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default));
    }

    private async Task StopScheduleAsync()
    {
        if (Web.Services.GetService<Quartz.ISchedulerFactory>() is { } factory) await (await factory.GetScheduler()).Shutdown(waitForJobsToComplete: true);
    }

    private async Task DrainAsync()
    {
        var began = clocks.Network.GetTimestamp();
        while (Lanes.Any(l => l.Position < Journal.Head(l.Lane)) && clocks.Network.GetElapsedTime(began) < DrainAtMost && !broken.Task.IsCompleted)
            await Task.Delay(TimeSpan.FromMilliseconds(10), clocks.Network);
        if (ReadingsWorker is { Reachable: true }) await ReadingsWorker.FlushAsync(DrainAtMost);
    }
}
