using System.Net.Security;
using Hub.AdapterTests.Support;
using Hub.Core.Devices;
using Hub.Ingest;
using Hub.Mqtt;
using Hub.Mqtt.Tls;
using Hub.Tests.Mqtt;
using Hub.Tests.Support;

namespace Hub.AdapterTests.Mqtt;

/// <summary>A foreign client that shows a certificate instead of a password.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-certificates-").FullName;
    private readonly TestAuthority authority;
    private readonly DeviceRegistry registry = new();

    public CertificateTests() => authority = new TestAuthority(Patience.Real.GetUtcNow());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("311", "alarm-1", 30, true, "")]
    [InlineData("5", "alarm-1", 30, true, "")]
    [InlineData("5", "alarm-1", -1, false, "not authori")]
    [InlineData("311", "alarm-1", -1, false, "not authori")]
    [InlineData("5", "stranger", 30, false, "not authori")]
    [InlineData("5", "old-1", 30, false, "banned")]
    [InlineData("311", "old-1", 30, false, "not authori")]
    public async Task Mosquitto_pub_signs_in_with_a_certificate(string version, string name, int days, bool welcome, string words)
    {
        var pub = Foreign.Require("mosquitto_pub", "mosquitto-clients");
        await registry.RegisterAsync(
            [new DeviceRecord("alarm-1", "smokeAlarm", "", ""), new DeviceRecord("old-1", "smokeAlarm", "", "", Disabled: true)], [], [], Stop);
        var known = new ClientAuthorities([authority.Root]);
        var keeper = new Gatekeeper(registry, null, new FrontCounts(), new IngestOptions(), Patience.Real, authorities: () => known);
        using var server = authority.IssueServer();
        using var device = authority.Issue(name, days: days);
        TestAuthority.Write(authority.Root, In("ca.pem"));
        TestAuthority.Write(device, In("device.pem"), In("device.key"));
        var context = SslStreamCertificateContext.Create(server, null, offline: true);
        await using var hub = await LoopbackHub.StartAsync(tls: () => context, gatekeeper: keeper);

        var (code, output) = await Foreign.RunAsync(
            pub, folder, "-V", version, "-h", "127.0.0.1", "-p", $"{hub.Port}", "--cafile", In("ca.pem"), "--cert", In("device.pem"), "--key", In("device.key"),
            "-q", "1", "-t", $"hub/v1/{name}/event", "-m", "{\"type\":\"smoke\"}");

        Assert.Equal(welcome, code == 0);
        Assert.Contains(words, output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(welcome ? 1 : 0, hub.Sink.Accepted.Count);
    }

    private string In(string file) => Path.Combine(folder, file);
}
