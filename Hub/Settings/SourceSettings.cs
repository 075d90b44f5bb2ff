using Hub.Mqtt;

namespace Hub.Settings;

/// <summary>An outside broker to take messages from: <c>Hub:Mqtt:Source</c> and the keys that begin like it.</summary>
/// <param name="Broker">Its address; user and password may stand in it, so it is never logged whole.</param>
/// <param name="ClientId">Client identifier; null makes one and keeps it in the data folder.</param>
/// <param name="Group">Name of a shared subscription; null subscribes alone.</param>
/// <param name="Version">Protocol to speak.</param>
internal sealed record SourceSettings(Uri Broker, string? ClientId, string? Group, MqttVersion Version)
{
    private const int LongestName = 128;

    public static SourceSettings? Read(SettingsReader read)
    {
        var broker = read.Url("Hub:Mqtt:Source", "mqtt", "mqtts");
        var clientId = Name(read, "Hub:Mqtt:SourceClientId");
        var group = Name(read, "Hub:Mqtt:SourceGroup");
        var version = read.Text("Hub:Mqtt:SourceVersion", "5");
        if (version is not ("5" or "3.1.1")) read.Fault("Hub:Mqtt:SourceVersion", version, "5 | 3.1.1");
        return broker is null ? null : new SourceSettings(broker, clientId, group, version == "5" ? MqttVersion.V5 : MqttVersion.V311);
    }

    private static string? Name(SettingsReader read, string key)
    {
        if (read.Text(key) is not { Length: > 0 } text) return null;
        if (text.Length > LongestName || text.AsSpan().ContainsAny("/+#")) read.Fault(key, text, $"at most {LongestName} characters, none of / + #");
        return text;
    }
}
