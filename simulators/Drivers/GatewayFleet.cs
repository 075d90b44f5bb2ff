using Hub.Mqtt;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Drivers;

/// <summary>Some dozens of gateways on real MQTT connections, each speaking for its devices and listening for their commands.</summary>
/// <remarks>
/// <see cref="SendAsync"/> and <see cref="DrainAsync"/> are called by one loop. Back-pressure: a gateway with a full window holds the loop,
/// so nothing piles up here when the hub is slow.
/// </remarks>
public sealed class GatewayFleet : IAsyncDisposable
{
    // Kinds that obey something; the others have nothing to listen for.
    private static readonly HashSet<string> obedient = new(StringComparer.Ordinal)
        { "chargerPort", "shedMeter", "shedDoor", "doorReader", "gateReader", "gasDetector", "lineMonitor", "liftCamera", "smokeAlarm", "gateway" };

    private readonly Dictionary<string, GatewayLink> byDevice = new(StringComparer.Ordinal);
    private readonly List<GatewayLink> links = [];
    private readonly FleetOptions options;
    private long sent, acknowledged, refused, lost, commands;
    private volatile string? refusal;

    /// <summary>Makes one connection for each gateway of the community; opens none yet.</summary>
    public GatewayFleet(Community community, FleetOptions options, TimeProvider clock)
    {
        this.options = options;
        foreach (var family in community.Devices.GroupBy(d => d.GatewayId ?? d.Id, StringComparer.Ordinal))
        {
            var gateway = family.Key;
            var client = new MqttClient(
                new MqttClientOptions
                {
                    Broker = options.Broker,
                    ClientId = gateway,
                    UserName = options.UserName?.Replace("{id}", gateway, StringComparison.Ordinal),
                    Password = options.Password,
                    Window = options.Window,
                    Will = new MqttMessage($"hub/v1/{gateway}/status", "{\"online\":false,\"sim\":true}"u8.ToArray(), Qos.AtLeastOnce),
                },
                clock);
            var link = new GatewayLink(client, options.Window, [.. family.Where(d => obedient.Contains(d.Kind)).Select(d => d.Id)]);
            client.OnMessage = OnMessageAsync;
            links.Add(link);
            foreach (var device in family) byDevice[device.Id] = link;
        }
    }

    /// <summary>Called with the device's id and the body when a command comes down; on a connection's loop, so hand it over and return.</summary>
    public Action<string, ReadOnlyMemory<byte>>? OnCommand { get; set; }

    /// <summary>Connections of the fleet.</summary>
    public int Connections => links.Count;

    /// <summary>Counts so far; readable from any thread.</summary>
    public FleetFigures Figures => new(Interlocked.Read(ref sent), Interlocked.Read(ref acknowledged), Interlocked.Read(ref refused), Interlocked.Read(ref lost), Interlocked.Read(ref commands), refusal);

    /// <summary>Opens all connections and subscribes to the devices' commands.</summary>
    /// <exception cref="MqttClientException">The broker cannot be reached or refuses.</exception>
    public async Task ConnectAsync(CancellationToken stop)
    {
        foreach (var link in links)
        {
            await link.Client.ConnectAsync(stop).ConfigureAwait(false);
            foreach (var id in link.Listeners) await link.Client.SubscribeAsync($"hub/v1/{id}/cmd", Qos.AtLeastOnce, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Sends one message over its gateway; waits only while that gateway's window is full.</summary>
    public async ValueTask SendAsync(SimMessage message, CancellationToken stop)
    {
        var link = byDevice[message.Device.Id];
        var index = link.NextSlot();
        var slot = link.Slots[index];
        if (!slot.IsCompleted) await slot.WaitAsync(stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        Interlocked.Increment(ref sent);
        var qos = message.Event ? Qos.AtLeastOnce : options.Telemetry;
        link.Slots[index] = FinishAsync(link.Client, message, qos);
    }

    /// <summary>Completes when everything sent so far was answered.</summary>
    public async Task DrainAsync(CancellationToken stop)
    {
        foreach (var link in links)
            foreach (var slot in link.Slots)
                if (!slot.IsCompleted) await slot.WaitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Says goodbye on every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var link in links) await link.Client.DisposeAsync().ConfigureAwait(false);
    }

    // Never throws: a slot is awaited by whoever needs it next.
    private async Task FinishAsync(MqttClient client, SimMessage message, Qos qos)
    {
        try
        {
            var reason = await client.PublishAsync(message.Topic, message.Payload, qos, retain: false, CancellationToken.None).ConfigureAwait(false);
            if ((byte)reason < 0x80)
            {
                Interlocked.Increment(ref acknowledged);
                return;
            }

            refusal = $"{reason} for {message.Topic}";
            Interlocked.Increment(ref refused);
        }
        catch (MqttClientException e)
        {
            refusal = e.Message;
            Interlocked.Increment(ref lost);
        }
    }

    private ValueTask OnMessageAsync(MqttMessage message, CancellationToken stop)
    {
        var parts = message.Topic.Split('/');
        if (parts is ["hub", "v1", var device, "cmd"])
        {
            Interlocked.Increment(ref commands);
            OnCommand?.Invoke(device, message.Payload.ToArray());
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>One connection with its window: a ring of publishes, each slot free again when its publish was answered.</summary>
internal sealed class GatewayLink(MqttClient client, int window, IReadOnlyList<string> listeners)
{
    private int next;

    public MqttClient Client { get; } = client;

    public IReadOnlyList<string> Listeners { get; } = listeners;

    public Task[] Slots { get; } = [.. Enumerable.Repeat(Task.CompletedTask, window)];

    public int NextSlot()
    {
        var slot = next;
        next = (next + 1) % Slots.Length;
        return slot;
    }
}
