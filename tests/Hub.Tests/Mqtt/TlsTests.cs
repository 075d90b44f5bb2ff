using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

public class TlsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

#pragma warning disable RS0030 // Sockets and certificates live in real time.
    private static TimeProvider Clock => TimeProvider.System;
#pragma warning restore RS0030

    private static X509Certificate2 NewCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = Clock.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    [Fact]
    public async Task A_client_certificate_reaches_the_gatekeeper_and_messages_flow_over_tls()
    {
        using var server = NewCertificate("127.0.0.1");
        using var device = NewCertificate("meter-7");
        await using var hub = await LoopbackHub.StartAsync(certificate: server);
        string? shown = null;
        hub.Gatekeeper.Connect = request =>
        {
            shown = request.ClientCertificate?.Subject;
            return ReasonCode.Success;
        };
        await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtts://127.0.0.1:{hub.Port}"), Authority = server, Certificate = device }, Clock);
        var received = new TaskCompletionSource<MqttMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.OnMessage = (message, _) =>
        {
            received.TrySetResult(message);
            return default;
        };
        await client.ConnectAsync(Stop);
        await client.SubscribeAsync("t", Qos.ExactlyOnce, Stop);
        await client.PublishAsync("t", new byte[200_000], Qos.ExactlyOnce, stop: Stop);
        Assert.Equal(200_000, (await received.Task.WaitAsync(RawPeer.Patience, Stop)).Payload.Length);
        Assert.Equal("CN=meter-7", shown);
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_is_not_trusted()
    {
        using var server = NewCertificate("127.0.0.1");
        await using var hub = await LoopbackHub.StartAsync(certificate: server);
        await using var client = new MqttClient(new MqttClientOptions { Broker = new Uri($"mqtts://127.0.0.1:{hub.Port}"), Reconnect = false }, Clock);
        await Assert.ThrowsAsync<MqttClientException>(() => client.ConnectAsync(Stop));
    }
}
