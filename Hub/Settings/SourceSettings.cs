using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Mqtt;

namespace Hub.Settings;

/// <summary>An outside broker to take messages from: <c>Hub:Mqtt:Source</c> and the keys that begin like it.</summary>
/// <param name="Broker">Its address; user and password may stand in it, so it is never logged whole.</param>
/// <param name="ClientId">Client identifier; null makes one and keeps it in the data folder.</param>
/// <param name="Group">Name of a shared subscription; null subscribes alone.</param>
/// <param name="Version">Protocol to speak; null finds out.</param>
internal sealed record SourceSettings(Uri Broker, string? ClientId, string? Group, MqttVersion? Version)
{
    private const int LongestName = 128;

    /// <summary>Authorities that must vouch for the broker; empty for those of the machine.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>The certificate to show to the broker; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    public static SourceSettings? Read(SettingsReader read)
    {
        var broker = read.Url("Hub:Mqtt:Source", "mqtt", "mqtts", "ws", "wss");
        var clientId = Name(read, "Hub:Mqtt:SourceClientId");
        var group = Name(read, "Hub:Mqtt:SourceGroup");
        var version = read.Text("Hub:Mqtt:SourceVersion", "auto");
        if (version is not ("auto" or "5" or "3.1.1")) read.Fault("Hub:Mqtt:SourceVersion", version, "auto | 5 | 3.1.1");
        var authorities = ReadAuthorities(read);
        var certificate = ReadCertificate(read);
        return broker is null ? null : new SourceSettings(broker, clientId, group, version switch { "5" => MqttVersion.V5, "3.1.1" => MqttVersion.V311, _ => null })
        {
            Authorities = authorities,
            Certificate = certificate,
        };
    }

    private static X509Certificate2Collection ReadAuthorities(SettingsReader read)
    {
        const string Key = "Hub:Mqtt:SourceCa";
        var authorities = new X509Certificate2Collection();
        if (read.Text(Key) is not { Length: > 0 } path) return authorities;
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            read.Fault(Key, path, $"a readable PEM file of certificates ({e.Message})");
            return authorities;
        }

        if (authorities.Count == 0) read.Fault(Key, path, "a PEM file that holds at least one certificate");
        return authorities;
    }

    private static X509Certificate2? ReadCertificate(SettingsReader read)
    {
        const string Key = "Hub:Mqtt:SourceCertificate";
        var keyFile = read.Text("Hub:Mqtt:SourceCertificateKey") is { Length: > 0 } k ? k : null;
        if (read.Text(Key) is not { Length: > 0 } path) return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(path, keyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            read.Fault(Key, path, $"a PEM certificate, with its key beside it or in Hub:Mqtt:SourceCertificateKey ({e.Message})");
            return null;
        }
    }

    private static string? Name(SettingsReader read, string key)
    {
        if (read.Text(key) is not { Length: > 0 } text) return null;
        if (text.Length > LongestName || text.AsSpan().ContainsAny("/+#")) read.Fault(key, text, $"at most {LongestName} characters, none of / + #");
        return text;
    }
}
