using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Mqtt;

namespace Hub.Road;

/// <summary>What the hub itself says over MQTT: open cases and its own state, retained; and orders to devices.</summary>
internal sealed class CaseTopics(MqttEndpoint endpoint, BrokerSource? source, HubMetrics metrics, TimeZoneInfo zone)
{
    /// <summary>Where the hub tells its own state.</summary>
    public const string StatusTopic = "hub/v1/hub/status";

    /// <summary>Publishes open cases after a start: retained topics may be older than the cases.</summary>
    public async Task PublishOpenAsync(ICaseStore store, CancellationToken stop)
    {
        string? cursor = null;
        do
        {
            var (items, next) = await store.ListAsync(new CaseQuery(Open: true, Cursor: cursor, Limit: 500), stop);
            foreach (var c in items) Publish(c);
            cursor = next;
        }
        while (cursor is not null);
    }

    /// <summary>Follows the desk: sends orders, shows cases, counts. Called on the committing thread; returns at once.</summary>
    public void OnCommitted(Committed committed)
    {
        foreach (var c in committed.Cases) Publish(c);
        foreach (var e in committed.Events)
        {
            if (e.Version == 1 && committed.Cases.FirstOrDefault(c => c.Id == e.CaseId) is { } opened) metrics.CaseOpened(opened.Type, opened.Severity);
            if (e.Kind == "commandRequested") Send(OrderIn(e));
        }
    }

    /// <summary>Sends an order down to <c>hub/v1/{device}/cmd</c> with QoS 1. A device that hears it twice knows it by its id.</summary>
    public void Send(DeviceCommand command)
    {
        Say(
            $"hub/v1/{command.DeviceId}/cmd",
            JsonSerializer.SerializeToUtf8Bytes(new { id = command.Id, name = command.Name, arguments = command.Arguments }, CaseJson.Options),
            Qos.AtLeastOnce);
        metrics.Notice("mqtt-cmd", "sent");
    }

    /// <summary>Says what time the hub has and how fast its clock runs, so that simulated devices can follow it.</summary>
    public void PublishStatus(DateTimeOffset now, double speed, bool ready, int openCases) => Say(
        StatusTopic,
        JsonSerializer.SerializeToUtf8Bytes(
            new { now = now.ToUnixTimeMilliseconds(), time = Local(now.ToUnixTimeMilliseconds()), speed, ready, openCases, connections = endpoint.Statistics.Connections }, CaseJson.Options),
        Qos.AtMostOnce,
        retain: true);

    private void Publish(GridCase c)
    {
        // Leads are for police and grid heads; the bus is read by more.
        if (c.Restricted) return;
        var topic = $"hub/v1/cases/{c.Id}";
        if (!c.IsOpen)
        {
            Say(topic, [], Qos.AtLeastOnce, retain: true);
            return;
        }

        Say(topic, JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                id = c.Id,
                type = c.Type,
                severity = c.Severity.ToString(),
                state = c.State.ToString(),
                title = c.Title.Zh,
                titleEn = c.Title.En,
                place = c.PlaceId,
                placeTitle = c.PlaceTitle.Zh,
                zone = c.Zone,
                grid = c.GridCode,
                openedAt = Local(c.OpenedAtMs),
                updatedAt = Local(c.UpdatedAtMs),
                dueAt = c.DueAtMs == 0 ? null : Local(c.DueAtMs),
                assignee = c.Assignee,
                sim = c.Sim,
                rule = c.Rule,
                ruleVersion = c.RuleVersion,
                confidence = c.Confidence,
            },
            CaseJson.Options), Qos.AtLeastOnce, retain: true);
    }

    /// <summary>To the hub's own clients, and to the outside broker where devices are there.</summary>
    private void Say(string topic, byte[] payload, Qos qos, bool retain = false)
    {
        endpoint.Publish(topic, payload, qos, retain);
        source?.Publish(topic, payload, qos, retain);
    }

    private static DeviceCommand OrderIn(CaseEvent e) => new(
        (string?)e.Data["command"] ?? "",
        (string?)e.Data["device"] ?? "",
        (string?)e.Data["name"] ?? "",
        (e.Data["arguments"] as JsonObject)?.ToDictionary(a => a.Key, a => (string?)a.Value ?? ""));

    private string Local(long ms) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture);
}
