using System.Globalization;
using Hub.Mqtt;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Bench.Mqtt;

/// <summary>
/// The endpoint alone: everyone may come in, nothing is journalled, messages go to their subscribers.
/// For conformance tools, and to see what the protocol itself costs. <c>mqtt-serve [port] [web port]</c>; ends on Ctrl+C.
/// </summary>
internal static class BareEndpoint
{
    public static int Run(string[] args)
    {
        var port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 21883;
        var web = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var options = new MqttOptions();
        foreach (var filter in args.Skip(2)) options.DenySubscribe.Add(filter);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<IGatekeeper, EveryoneMay>();
        builder.Services.AddSingleton<IPublishSink, NothingKept>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<MqttEndpoint>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(port, listen => listen.UseConnectionHandler<MqttEndpoint>());
            if (web != 0) kestrel.ListenLocalhost(web);
        });
        var app = builder.Build();
        app.UseWebSockets();
        var endpoint = app.Services.GetRequiredService<MqttEndpoint>();
        app.Map("/mqtt", endpoint.OnWebSocketAsync);
        app.Lifetime.ApplicationStopping.Register(() => endpoint.StopAsync().GetAwaiter().GetResult());
        Console.WriteLine($"mqtt on {port}");
        app.Run();
        return 0;
    }
}

internal sealed class EveryoneMay : IGatekeeper
{
    public ValueTask<ConnectVerdict> ConnectAsync(ConnectRequest request, CancellationToken stop) => new(ConnectVerdict.Admit(null));

    public ReasonCode MayPublish(object? principal, ReadOnlySpan<byte> topic) => ReasonCode.Success;

    public ReasonCode MaySubscribe(object? principal, string filter) => ReasonCode.Success;
}

internal sealed class NothingKept : IPublishSink
{
    public ValueTask<PublishReceipt> AcceptAsync(in InboundPublish publish, CancellationToken stop) => new(new PublishReceipt(ReasonCode.Success, 0, Broker: true));

    public ValueTask DurableAsync(long ticket, CancellationToken stop) => default;
}
