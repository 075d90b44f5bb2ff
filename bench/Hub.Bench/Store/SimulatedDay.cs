using System.Globalization;
using System.Text.Json;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Readings;
using Hub.Simulators.Communities;
using Hub.Simulators.Engine;

namespace Hub.Bench.Store;

/// <summary>A day of the simulated community, taken apart far enough to be stored.</summary>
internal static class SimulatedDay
{
    public static List<SampleDay.Message> Make(double scale, long start, int hours)
    {
        var channels = new ChannelTable();
        var kind = new DeviceKind("sample", new LocalText("样", "sample"), 60, 180);
        var devices = new Dictionary<string, Device>();
        var messages = new List<SampleDay.Message>();
        var simulation = new Simulation(Community.Build(1, scale), DateTimeOffset.FromUnixTimeMilliseconds(start));
        while (simulation.TryNext(start + hours * 3_600_000L, out var message))
        {
            if (!devices.TryGetValue(message.Device.Id, out var device))
                devices[message.Device.Id] = device = new Device(devices.Count, message.Device.Id, kind, Place.Unknown);
            using var json = JsonDocument.Parse(message.Payload);
            foreach (var element in json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToArray() : [json.RootElement])
                Add(messages, channels, device, element, message.AtMs);
        }

        return messages;
    }

    private static void Add(List<SampleDay.Message> messages, ChannelTable channels, Device device, JsonElement body, long arrivalMs)
    {
        var atMs = !body.TryGetProperty("ts", out var ts) ? arrivalMs
            : ts.ValueKind == JsonValueKind.Number ? ts.GetInt64()
            : DateTimeOffset.Parse(ts.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        var readings = new List<Reading>();
        foreach (var part in new[] { "values", "state" })
        {
            if (!body.TryGetProperty(part, out var values) || values.ValueKind != JsonValueKind.Object) continue;
            foreach (var value in values.EnumerateObject())
            {
                var channel = channels.GetOrAdd(value.Name)!;
                if (value.Value.ValueKind == JsonValueKind.Number) readings.Add(new Reading(channel, value.Value.GetDouble()));
                else if (value.Value.ValueKind is JsonValueKind.True or JsonValueKind.False) readings.Add(new Reading(channel, value.Value.GetBoolean() ? 1 : 0));
                else if (value.Value.ValueKind == JsonValueKind.String) readings.Add(new Reading(channel, double.NaN, string.Intern(value.Value.GetString()!)));
            }
        }

        if (body.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
            readings.Add(new Reading(channels.GetOrAdd(ChannelTable.EventPrefix + type.GetString())!, 1));
        if (readings.Count > 0) messages.Add(new SampleDay.Message(device, atMs, [.. readings]));
    }
}
