using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hub.Mqtt.Tls;

/// <summary>TLS in front of the endpoint.</summary>
public static class TlsListener
{
    private static readonly object shaken = new();

    /// <summary>Puts TLS 1.2 and 1.3 before what follows; the certificate is asked for at every handshake, so it may change.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="certificate">What the hub shows.</param>
    /// <param name="askForCertificate">
    /// Asks clients for theirs. Any is let through here, none too: who vouches for it is the gatekeeper's question, and only MQTT has words for the answer.
    /// </param>
    /// <param name="statistics">Counts handshakes that failed.</param>
    public static void UseMqttTls(this ListenOptions listen, Func<SslStreamCertificateContext> certificate, bool askForCertificate, MqttStatistics statistics)
    {
        listen.Use(next => async connection =>
        {
            await next(connection).ConfigureAwait(false);
            if (!connection.Items.ContainsKey(shaken)) statistics.HandshakeFailed();
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = askForCertificate,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                ApplicationProtocols = [new SslApplicationProtocol("mqtt")],
            }),
        });
        listen.Use(next => connection =>
        {
            connection.Items[shaken] = shaken;
            return next(connection);
        });
    }
}
