using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hub.Mqtt;
using Hub.Mqtt.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Tests.Mqtt;

/// <summary>The endpoint on a real Kestrel, on ports of its own choice.</summary>
internal sealed class LoopbackHub : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackHub(WebApplication app, TestSink sink, TestGatekeeper gatekeeper)
    {
        this.app = app;
        Sink = sink;
        Gatekeeper = gatekeeper;
        Endpoint = app.Services.GetRequiredService<MqttEndpoint>();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToArray();
        Port = addresses[0].Port;
        WebPort = addresses[1].Port;
    }

    public TestSink Sink { get; }

    public TestGatekeeper Gatekeeper { get; }

    public MqttEndpoint Endpoint { get; }

    public int Port { get; }

    public int WebPort { get; }

    public Uri Address => new($"mqtt://127.0.0.1:{Port}");

    public static async Task<LoopbackHub> StartAsync(MqttOptions? options = null, X509Certificate2? certificate = null, Func<SslStreamCertificateContext>? tls = null, IGatekeeper? gatekeeper = null)
    {
        if (certificate is not null) tls = () => SslStreamCertificateContext.Create(certificate, null, offline: true);
        var sink = new TestSink();
        var permissive = new TestGatekeeper();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(options ?? new MqttOptions());
        builder.Services.AddSingleton(gatekeeper ?? permissive);
        builder.Services.AddSingleton<IPublishSink>(sink);
#pragma warning disable RS0030 // Sockets live in real time.
        builder.Services.AddSingleton(TimeProvider.System);
#pragma warning restore RS0030
        builder.Services.AddSingleton<MqttEndpoint>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                if (tls is not null) listen.UseMqttTls(tls, askForCertificate: true, listen.ApplicationServices.GetRequiredService<MqttEndpoint>().Statistics);
                listen.UseConnectionHandler<MqttEndpoint>();
            });
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Map("/mqtt", app.Services.GetRequiredService<MqttEndpoint>().OnWebSocketAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new LoopbackHub(app, sink, permissive);
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.StopAsync();
        await app.DisposeAsync();
    }
}
