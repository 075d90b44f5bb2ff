using System.Threading.Channels;
using Hub.Ingest;
using Hub.Mqtt;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>Brings what the front door did to a device into the journal, so that the rules judge it live and in every replay alike.</summary>
internal sealed class DoorReports
{
    /// <summary>More at once than there are rules of a flood: beyond it, what is lost is a notice about one more flooder.</summary>
    private const int MostWaiting = 1_000;

    private readonly Channel<string> waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly DeviceRegistry registry;
    private readonly JournalSink sink;
    private readonly ILogger log;

    public DoorReports(MqttEndpoint endpoint, DeviceRegistry registry, JournalSink sink, ILogger<DoorReports> log)
    {
        this.registry = registry;
        this.sink = sink;
        this.log = log;
        endpoint.Quarantined += OnQuarantined;
    }

    /// <summary>Works until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var id in waiting.Reader.ReadAllAsync(stop)) await ReportAsync(id, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping is no fault.
        }
    }

    private async Task ReportAsync(string id, CancellationToken stop)
    {
        if (registry.Find(id) is not { } device) return;
        try
        {
            await sink.ReportAsync(device, "quarantined", stop);
        }
        catch (MqttProtocolException refused)
        {
            log.LogWarning("The quarantine of {Device} could not be journalled ({Fault}); no case will tell of it", id, refused.Message);
        }
    }

    // A program with a token, or a stranger on an open hub, is no device: the log tells of it.
    private void OnQuarantined(ClientQuarantine quarantine)
    {
        if (quarantine.Principal is Principal.DevicePrincipal device) waiting.Writer.TryWrite(device.DeviceId);
    }
}
