using System.Diagnostics.Metrics;

namespace Hub.Core;

/// <summary>The instruments of one running hub, by the names operators see. Rooms count here; the exporter only reads.</summary>
/// <remarks>
/// Counts that a room keeps anyway (connections, messages, readings, lag) are observed: set the matching function once at start and
/// nothing is spent per message. Every function is called from a scraping thread and must be cheap and safe there.
/// </remarks>
public sealed class HubMetrics : IDisposable
{
    /// <summary>Name of <see cref="Meter"/>.</summary>
    public const string MeterName = "Hub";

    private static readonly Measurement<long>[] none = [];

    /// <summary>Makes the instruments.</summary>
    public HubMetrics()
    {
        Meter.CreateObservableGauge("hub_mqtt_connections", () => Connections?.Invoke() ?? 0, description: "Open MQTT connections.");
        Meter.CreateObservableCounter("hub_messages_received_total", () => MessagesReceived?.Invoke() ?? 0, description: "PUBLISH packets received.");
        Meter.CreateObservableCounter(
            "hub_messages_rejected_total", () => Tagged(MessagesRejected?.Invoke(), "reason"), description: "Messages refused at the door, by reason.");
        Meter.CreateObservableCounter("hub_readings_total", () => Readings?.Invoke() ?? 0, description: "Readings decoded.");
        Meter.CreateObservableCounter("hub_readings_stored_total", () => ReadingsStored?.Invoke() ?? 0, description: "Readings durable in the store.");
        Meter.CreateObservableGauge(
            "hub_journal_lag", () => Tagged(JournalLag?.Invoke(), "consumer"), description: "Journal records a consumer has not yet made durable.");
        Alerts = Meter.CreateCounter<long>("hub_alerts_total", description: "Alerts raised, by rule.");
        CasesOpened = Meter.CreateCounter<long>("hub_cases_opened_total", description: "Cases opened, by type and severity.");
        ReadingToCase = Meter.CreateHistogram<double>("hub_reading_to_case_seconds", "s", "From the arrival of the reading that opened a case to the case event on its way to the screens.");
        Notices = Meter.CreateCounter<long>("hub_notices_total", description: "Notices sent, by channel and result.");
    }

    /// <summary>The meter all instruments belong to; one a hub, so that two hubs in a process do not mix.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>Open MQTT connections now.</summary>
    public Func<long>? Connections { get; set; }

    /// <summary>PUBLISH packets received so far.</summary>
    public Func<long>? MessagesReceived { get; set; }

    /// <summary>Messages refused at the door so far, by reason.</summary>
    public Func<IReadOnlyDictionary<string, long>>? MessagesRejected { get; set; }

    /// <summary>Readings decoded so far.</summary>
    public Func<long>? Readings { get; set; }

    /// <summary>Readings durable so far.</summary>
    public Func<long>? ReadingsStored { get; set; }

    /// <summary>Records behind the head of the journal, by consumer.</summary>
    public Func<IReadOnlyDictionary<string, long>>? JournalLag { get; set; }

    /// <summary><c>hub_alerts_total{rule}</c>.</summary>
    public Counter<long> Alerts { get; }

    /// <summary><c>hub_cases_opened_total{type,severity}</c>; use <see cref="CaseOpened"/>.</summary>
    public Counter<long> CasesOpened { get; }

    /// <summary><c>hub_reading_to_case_seconds</c>.</summary>
    public Histogram<double> ReadingToCase { get; }

    /// <summary><c>hub_notices_total{channel,result}</c>; use <see cref="Notice"/>.</summary>
    public Counter<long> Notices { get; }

    /// <summary>Counts an alert of a rule.</summary>
    public void AlertRaised(string rule) => Alerts.Add(1, new KeyValuePair<string, object?>("rule", rule));

    /// <summary>Counts a new case.</summary>
    public void CaseOpened(string type, Severity severity) =>
        CasesOpened.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("severity", severity.ToString()));

    /// <summary>Counts a notice (<c>mqtt</c>, <c>webhook</c>, …) and how it went (<c>ok</c>, <c>failed</c>).</summary>
    public void Notice(string channel, string result) =>
        Notices.Add(1, new KeyValuePair<string, object?>("channel", channel), new KeyValuePair<string, object?>("result", result));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private static IEnumerable<Measurement<long>> Tagged(IReadOnlyDictionary<string, long>? counts, string tag) =>
        counts is null ? none : counts.Select(c => new Measurement<long>(c.Value, new KeyValuePair<string, object?>(tag, c.Key)));
}
