using System.Net.Security;
using System.Security.Cryptography;
using Hub.Mqtt.Tls;
using Hub.Settings;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>The certificates of the TLS port, renewed when their files change.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly PemFiles<SslStreamCertificateContext> server;
    private readonly PemFiles<ClientAuthorities>? clients;

    private TlsFiles(PemFiles<SslStreamCertificateContext> server, PemFiles<ClientAuthorities>? clients)
    {
        this.server = server;
        this.clients = clients;
        Authorities = clients is null ? null : () => clients.Current;
    }

    /// <summary>What the hub shows.</summary>
    public SslStreamCertificateContext Certificate => server.Current;

    /// <summary>Who vouches for devices; null when their certificates do not count.</summary>
    public Func<ClientAuthorities>? Authorities { get; }

    /// <summary>Null when the TLS port is off.</summary>
    /// <exception cref="StartException">A file cannot be used.</exception>
    public static TlsFiles? Open(HubSettings settings, TimeProvider clock, ILoggerFactory logs)
    {
        if (settings.MqttTlsPort == 0) return null;
        var log = logs.CreateLogger("Hub.Mqtt");
        var (certificate, key) = (settings.TlsCertificate!, settings.TlsKey);
        var server = Usable(
            "Hub:Mqtt:Certificate", certificate, "a PEM file with certificate and key, or the key in Hub:Mqtt:CertificateKey",
            () => new PemFiles<SslStreamCertificateContext>("Hub:Mqtt:Certificate", key is null ? [certificate] : [certificate, key], () => ServerCertificate.Read(certificate, key), clock, log));
        if (settings.ClientCa is not { } bundle) return new TlsFiles(server, null);
        return new TlsFiles(server, Usable(
            "Hub:Mqtt:ClientCa", bundle, "a PEM file with the certificates of the authorities that issue to devices",
            () => new PemFiles<ClientAuthorities>("Hub:Mqtt:ClientCa", [bundle], () => ClientAuthorities.Read(bundle), clock, log)));
    }

    public void Dispose()
    {
        server.Dispose();
        clients?.Dispose();
    }

    private static T Usable<T>(string key, string path, string expected, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartException($"{key} '{path}' cannot be used: {e.Message}; expected {expected}", e);
        }
    }
}
