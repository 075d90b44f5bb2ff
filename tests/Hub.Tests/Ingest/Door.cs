using System.Buffers;
using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;
using Hub.Tests.Journal;
using Hub.Tests.Support;

namespace Hub.Tests.Ingest;

/// <summary>A front door over a real journal in a throw-away folder; can be closed and opened again as after a restart.</summary>
internal sealed class Door : IAsyncDisposable
{
    public const string Known = "shed-1-port-01";
    private readonly JournalFolder _folder = new();

    public Door(UnknownDevices unknown = UnknownDevices.Quarantine)
    {
        Options = new IngestOptions { UnknownDevices = unknown };
        Registry.RegisterAsync(
        [
            new DeviceRecord(Known, "chargerPort", "", "leshan/estate-1/shed-1/bay-01", GatewayId: "gw-1"),
            new DeviceRecord("gw-1", "gateway", "", "leshan/estate-1/shed-1", CredentialHash: PasswordHash.Create("gw-secret", 100)),
            new DeviceRecord("alarm-1", "smokeAlarm", "", "leshan/estate-2/building-01", CredentialHash: PasswordHash.Create("alarm-secret", 100)),
            new DeviceRecord("old-1", "waterMeter", "", "leshan/estate-2/building-01", CredentialHash: PasswordHash.Create("old-secret", 100), Disabled: true),
        ],
        [], [], CancellationToken.None).GetAwaiter().GetResult();
        OpenAll();
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;
    public ManualClock Clock => _folder.Clock;
    public IngestOptions Options { get; }
    public DeviceRegistry Registry { get; } = new();
    public ChannelTable Channels { get; } = new();
    public LocalJournal Journal { get; private set; } = null!;
    public FrontCounts Front { get; private set; } = null!;
    public TickWriter Ticks { get; private set; } = null!;
    public JournalSink Sink { get; private set; } = null!;
    public Ledger Ledger { get; private set; } = null!;
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<PublishReceipt> PublishAsync(string topic, string payload, bool dup = false)
    {
        var receipt = await Sink.AcceptAsync(Message(topic, payload, dup), Stop);
        await Sink.DurableAsync(receipt.Ticket, Stop);
        return receipt;
    }

    public static InboundPublish Message(string topic, string payload, bool dup = false) => new()
    {
        Topic = Encoding.UTF8.GetBytes(topic), Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)),
        Qos = Qos.AtLeastOnce, Dup = dup, ClientId = "c",
    };

    public Task TickAsync() => Ticks.AppendAsync(Clock.GetUtcNow(), Stop);

    public LaneReader Reader(int lane, ReadOnlySpan<byte> state = default)
    {
        var reader = new LaneReader(Journal, lane, Registry, Channels, Options, new JournalBatch(64 * 1024, 64));
        reader.Restore(state);
        return reader;
    }

    /// <summary>Reads every lane to its end, as both consumers, and tells the ledger.</summary>
    public List<string> Drain(bool tellLedger = true)
    {
        var seen = new List<string>();
        for (var lane = 0; lane < Journal.Lanes; lane++)
        {
            var reader = Reader(lane);
            seen.AddRange(Items(reader));
            if (!tellLedger) continue;
            Ledger.Progress(LedgerConsumer.Rules, reader);
            Ledger.Progress(LedgerConsumer.Readings, reader);
        }

        if (tellLedger) Ledger.Stored(Enumerable.Range(0, Journal.Lanes).Sum(lane => { using var r = Reader(lane); Items(r); return r.Counts.Readings; }));
        return seen;
    }

    public static List<string> Items(LaneReader reader)
    {
        var seen = new List<string>();
        while (reader.TryRead())
        {
            for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
            {
                seen.Add(item switch
                {
                    LaneItem.Observation => $"{reader.Observation.Device} {string.Join(' ', reader.Observation.Readings.ToArray().Select(r => $"{r.Channel}={r.Text ?? r.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)}"))}{reader.Observation.EventType}".TrimEnd(),
                    LaneItem.Tick => "tick",
                    LaneItem.Directive => $"directive {reader.Directive}",
                    _ => "dead: " + reader.DeadLetter.Reason,
                });
            }
        }

        return seen;
    }

    public async Task RestartAsync()
    {
        await Journal.DisposeAsync();
        OpenAll();
    }

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        _folder.Dispose();
    }

    private void OpenAll()
    {
        Journal = _folder.Open(lanes: 2);
        Front = new FrontCounts();
        Ticks = TickWriter.Restore(Journal, Front);
        Sink = new JournalSink(Journal, Registry, Front, Options, Clock);
        Ledger = new Ledger(Journal, Ticks, Registry);
    }
}
