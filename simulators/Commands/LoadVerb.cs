using System.CommandLine;
using System.Text.Json;
using Hub.Simulators.Drivers;

namespace Hub.Simulators.Commands;

/// <summary><c>load</c>: a steady rate of messages, one line of JSON about the answers.</summary>
internal static class LoadVerb
{
    private static readonly JsonSerializerOptions plain = new(JsonSerializerDefaults.Web);

    public static Command Build(TimeProvider real)
    {
        var broker = Verbs.Option<string>("--broker", "Broker to publish to, mqtt://host:port.", "mqtt://127.0.0.1:1883").Address("mqtt", "mqtts");
        var devices = Verbs.Option("--devices", "Simulated devices, a hundred on each connection.", 100);
        devices.Validators.Add(r =>
        {
            if (r.Tokens.Count == 1 && r.GetValueOrDefault<int>() is < 1 or > 1_000_000) r.AddError("--devices must be 1 to 1000000.");
        });
        var rate = Verbs.Option("--rate", "Messages a second over all devices.", 1_000.0).Within(0.1, 1_000_000);
        var seconds = Verbs.Option("--seconds", "How long.", 10.0).Within(0.1, 86_400);
        var command = new Command("load", "Publishes at a steady rate with QoS 1 and prints one JSON line: sent, acked, latencies.") { broker, devices, rate, seconds };
        command.SetAction(async (parsed, stop) =>
        {
            var driver = new LoadDriver(new Uri(parsed.GetValue(broker)!), parsed.GetValue(devices), parsed.GetValue(rate), parsed.GetValue(seconds), real);
            var result = await driver.RunAsync(stop).ConfigureAwait(false);
            Console.WriteLine(JsonSerializer.Serialize(result, plain));
            return result.Refused == 0 ? 0 : 1;
        });
        return command;
    }
}
