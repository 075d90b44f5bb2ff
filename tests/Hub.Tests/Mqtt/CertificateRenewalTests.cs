using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Mqtt;
using Hub.Mqtt.Tls;
using Hub.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Hub.Tests.Mqtt;

public sealed class CertificateRenewalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-tls-").FullName;
    private readonly ManualClock clock = new(Real.GetUtcNow());
    private readonly TestAuthority authority;
    private readonly Lines log = new();

    public CertificateRenewalTests() => authority = new TestAuthority(clock.GetUtcNow());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

#pragma warning disable RS0030 // Sockets live in real time.
    private static TimeProvider Real => TimeProvider.System;
#pragma warning restore RS0030

    private string Certificate => Path.Combine(folder, "hub.pem");

    private string Key => Path.Combine(folder, "hub.key");

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_the_next_client_and_those_who_are_there_stay()
    {
        Write("first");
        using var files = Open();
        await using var hub = await LoopbackHub.StartAsync(tls: () => files.Current);
        await using var early = Client(hub);
        await early.ConnectAsync(Stop);
        Assert.Equal("CN=first", await ShownAsync(hub));

        Write("second");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("CN=second", await ShownAsync(hub));
        await early.PublishAsync("t", "x"u8.ToArray(), Qos.AtLeastOnce, stop: Stop);
        Assert.Contains(log.Written, l => l.Contains("changed and is in force", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broken_pair_leaves_the_earlier_one_in_force_and_is_told_once()
    {
        Write("first");
        using var files = Open();
        using var other = authority.IssueServer("other");
        TestAuthority.Write(other, Certificate); // its key does not follow
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=first", files.Current.TargetCertificate.Subject);
        Assert.Contains("stays in force", Assert.Single(log.Written), StringComparison.Ordinal);

        File.Delete(Key);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=first", files.Current.TargetCertificate.Subject);

        Write("third");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("CN=third", files.Current.TargetCertificate.Subject);
    }

    [Fact]
    public void A_certificate_that_comes_with_its_intermediates_is_shown_with_them()
    {
        using var branch = authority.Branch();
        using var server = branch.IssueServer();
        TestAuthority.Write(server, Certificate, Key);
        File.AppendAllText(Certificate, "\n" + branch.Root.ExportCertificatePem());
        Assert.Single(ServerCertificate.Read(Certificate, Key).IntermediateCertificates);
    }

    [Fact]
    public void A_key_of_another_certificate_is_no_start()
    {
        Write("first");
        using var other = authority.IssueServer("other");
        TestAuthority.Write(other, Path.Combine(folder, "other.pem"), Key);
        Assert.ThrowsAny<Exception>(() => Open());
    }

    [Fact]
    public void A_bundle_without_an_authority_is_refused()
    {
        using var device = authority.Issue("alarm-1");
        TestAuthority.Write(device, Certificate);
        Assert.Throws<CryptographicException>(() => ClientAuthorities.Read(Certificate));
    }

    [Fact]
    public async Task Who_does_not_speak_TLS_is_counted_and_delays_nobody()
    {
        Write("first");
        using var files = Open();
        await using var hub = await LoopbackHub.StartAsync(tls: () => files.Current);
        using var silent = new TcpClient();
        await silent.ConnectAsync("127.0.0.1", hub.Port, Stop); // never says a word
        using var plain = new TcpClient();
        await plain.ConnectAsync("127.0.0.1", hub.Port, Stop);
        await plain.GetStream().WriteAsync(Packet.Connect("plain"), Stop);
        while (await plain.GetStream().ReadAsync(new byte[64], Stop) != 0) { }
        while (hub.Endpoint.Statistics.FailedHandshakes == 0) await Task.Yield();
        Assert.Equal("CN=first", await ShownAsync(hub));
        Assert.Equal(1, hub.Endpoint.Statistics.FailedHandshakes);
    }

    private void Write(string name)
    {
        using var server = authority.IssueServer(name);
        TestAuthority.Write(server, Certificate, Key);
    }

    private PemFiles<SslStreamCertificateContext> Open() => new("Hub:Mqtt:Certificate", [Certificate, Key], () => ServerCertificate.Read(Certificate, Key), clock, log);

    private MqttClient Client(LoopbackHub hub) => new(new MqttClientOptions { Broker = new Uri($"mqtts://127.0.0.1:{hub.Port}"), Authority = authority.Root }, Real);

    private static async Task<string> ShownAsync(LoopbackHub hub)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", hub.Port, Stop);
        await using var tls = new SslStream(client.GetStream(), false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", ApplicationProtocols = [new("mqtt")] }, Stop);
        return tls.RemoteCertificate!.Subject;
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
