using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using Hub.Mqtt;

namespace Hub.Road;

/// <summary>What the front door counts, for the metrics and for the topics under <c>hub/v1/hub/status</c>.</summary>
internal sealed class DoorFigures(RunningHub hub, Clocks clocks)
{
    /// <summary>Devices named by their rate: enough to find the noisy one, few enough for a label.</summary>
    private const int MostNamed = 10;

    private static readonly string version = typeof(DoorFigures).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
    private readonly long began = clocks.Network.GetTimestamp();
    private readonly Dictionary<string, string> said = new(StringComparer.Ordinal);

    private MqttStatistics Door => hub.Endpoint.Statistics;

    /// <summary>Makes the instruments; every scrape asks anew.</summary>
    public void Instrument(Meter meter)
    {
        meter.CreateObservableCounter("hub_mqtt_connections_total", () => Door.ConnectionsTotal, description: "Clients admitted.");
        meter.CreateObservableCounter("hub_mqtt_messages_received_total", () => ByQos(Door.ReceivedQos0, Door.ReceivedQos1, Door.ReceivedQos2), description: "PUBLISH packets received, by QoS.");
        meter.CreateObservableCounter("hub_mqtt_messages_sent_total", () => ByQos(Door.SentQos0, Door.SentQos1, Door.SentQos2), description: "PUBLISH packets sent, by QoS.");
        meter.CreateObservableCounter("hub_mqtt_bytes_received_total", () => Door.BytesReceived, description: "Bytes of whole packets received.");
        meter.CreateObservableCounter("hub_mqtt_refused_total", () => ByReason(Door.Refusals()), description: "Connections, subscriptions and messages refused, and connections closed for a fault, by reason.");
        meter.CreateObservableCounter("hub_mqtt_connects_refused_total", () => ByReason(Door.RefusedConnects()), description: "Connections turned away, by reason.");
        meter.CreateObservableCounter(
            "hub_mqtt_messages_dropped_total", () => Enum.GetValues<DropReason>().Select(r => new Measurement<long>(Door.DroppedFor(r), new KeyValuePair<string, object?>("reason", r.Word()))),
            description: "Messages that did not reach a subscriber, by reason.");
        meter.CreateObservableCounter("hub_mqtt_throttled_total", () => Door.Throttled, description: "Times a client was read more slowly because it published too fast.");
        meter.CreateObservableCounter("hub_mqtt_tls_failures_total", () => Door.FailedHandshakes, description: "Connections on the TLS port that never got through the handshake.");
        meter.CreateObservableGauge("hub_mqtt_quarantined", () => Door.Quarantined, description: "Clients shut out for publishing too fast.");
        meter.CreateObservableGauge("hub_mqtt_addresses_shut", () => (long)hub.Gatekeeper.ShutAddresses, description: "Addresses shut because of wrong passwords.");
        meter.CreateObservableGauge("hub_mqtt_sessions", () => Door.Sessions, description: "Sessions held, connected or not.");
        meter.CreateObservableGauge("hub_mqtt_subscriptions", () => Door.Subscriptions, description: "Subscriptions of all sessions.");
        meter.CreateObservableGauge("hub_mqtt_retained_messages", () => Door.Retained, description: "Retained messages held.");
        meter.CreateObservableGauge("hub_mqtt_in_flight", () => Door.InFlight, description: "Messages sent to subscribers and not yet acknowledged.");
        meter.CreateObservableGauge("hub_mqtt_queued_messages", () => Door.Queued, description: "Messages waiting for subscribers, in flight included.");
        meter.CreateObservableGauge("hub_mqtt_queued_bytes", () => Door.QueuedBytes, description: "Bytes waiting for subscribers, in flight included.");
        meter.CreateObservableGauge(
            "hub_device_messages_per_second", () => hub.Traffic.Busiest(MostNamed).Select(b => new Measurement<double>(b.PerSecond, new KeyValuePair<string, object?>("device", b.Device.Id))),
            description: "Messages a second of the ten busiest devices.");
    }

    /// <summary>Says every figure that changed, retained, on a topic of its own. One caller at a time.</summary>
    public void Publish()
    {
        foreach (var (name, value) in All())
        {
            if (said.TryGetValue(name, out var before) && before == value) continue;
            said[name] = value;
            hub.Endpoint.Publish($"{CaseTopics.StatusTopic}/{name}", System.Text.Encoding.UTF8.GetBytes(value), Qos.AtMostOnce, retain: true);
        }
    }

    private IEnumerable<(string Name, string Value)> All()
    {
        yield return ("version", version);
        yield return ("uptime", Text((long)clocks.Network.GetElapsedTime(began).TotalSeconds));
        yield return ("ready", hub.Fault() is null ? "true" : "false");
        yield return ("connections", Text(Door.Connections));
        yield return ("connections/total", Text(Door.ConnectionsTotal));
        foreach (var (reason, count) in Door.RefusedConnects()) yield return ($"connections/refused/{reason.Word()}", Text(count));
        yield return ("connections/quarantined", Text(Door.Quarantined));
        yield return ("tls/failed", Text(Door.FailedHandshakes));
        yield return ("sessions", Text(Door.Sessions));
        yield return ("subscriptions", Text(Door.Subscriptions));
        yield return ("retained", Text(Door.Retained));
        yield return ("inflight", Text(Door.InFlight));
        yield return ("queued/messages", Text(Door.Queued));
        yield return ("queued/bytes", Text(Door.QueuedBytes));
        yield return ("received/bytes", Text(Door.BytesReceived));
        yield return ("received/qos0", Text(Door.ReceivedQos0));
        yield return ("received/qos1", Text(Door.ReceivedQos1));
        yield return ("received/qos2", Text(Door.ReceivedQos2));
        yield return ("sent/qos0", Text(Door.SentQos0));
        yield return ("sent/qos1", Text(Door.SentQos1));
        yield return ("sent/qos2", Text(Door.SentQos2));
        foreach (var (reason, count) in Door.Refusals()) yield return ($"refused/{reason.Word()}", Text(count));
        foreach (var reason in Enum.GetValues<DropReason>()) yield return ($"dropped/{reason.Word()}", Text(Door.DroppedFor(reason)));
        foreach (var (consumer, records) in hub.Ledger.Lag()) yield return ($"lag/{consumer}", Text(records));
        var ledger = hub.Ledger.Snapshot();
        yield return ("ledger/received", Text(ledger.Received));
        yield return ("ledger/journalled", Text(ledger.Journalled));
        yield return ("ledger/queued", Text(ledger.Queued));
        yield return ("ledger/balanced", ledger.Balanced ? "true" : "false");
    }

    private static string Text(long figure) => figure.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<Measurement<long>> ByQos(params long[] counts) =>
        counts.Select((count, qos) => new Measurement<long>(count, new KeyValuePair<string, object?>("qos", qos)));

    private static IEnumerable<Measurement<long>> ByReason(IReadOnlyDictionary<ReasonCode, long> counts) =>
        counts.Select(c => new Measurement<long>(c.Value, new KeyValuePair<string, object?>("reason", c.Key.Word())));
}
