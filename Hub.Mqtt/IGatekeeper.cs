using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Mqtt;

/// <summary>What a client says about itself in CONNECT, and where it comes from.</summary>
public sealed class ConnectRequest
{
    /// <summary>Client identifier; assigned by the endpoint when the client sent none.</summary>
    public required string ClientId { get; init; }

    /// <summary>User name, or null when none was sent.</summary>
    public string? UserName { get; init; }

    /// <summary>Password bytes, empty when none was sent. Do not keep.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>The peer's address; null on transports that have none.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The certificate shown in the TLS handshake, if any.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Protocol version of the connection.</summary>
    public MqttVersion Version { get; init; }
}

/// <summary>The gatekeeper's answer to CONNECT.</summary>
/// <param name="Reason">Success, or why not (0x86, 0x87, 0x8A, 0x9F…).</param>
/// <param name="Principal">Who this is, handed back with every question and every message.</param>
public readonly record struct ConnectVerdict(ReasonCode Reason, object? Principal)
{
    /// <summary>Why it was turned away, in words for the log and for clients that ask; null for the usual ones.</summary>
    public string? Why { get; init; }

    /// <summary>Messages a second this client may publish on average; 0 for no figure of its own (<see cref="MqttOptions.PublishRate"/> holds for all).</summary>
    public int Rate { get; init; }

    /// <summary>The principal is one party only: all its connections share one rate. Else each client identifier has its own.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Lets the client in as <paramref name="principal"/>.</summary>
    public static ConnectVerdict Admit(object? principal) => new(ReasonCode.Success, principal);

    /// <summary>Turns the client away.</summary>
    public static ConnectVerdict Refuse(ReasonCode reason, string? why = null) => new(reason, null) { Why = why };
}

/// <summary>Decides who may connect, publish and subscribe.</summary>
public interface IGatekeeper
{
    /// <summary>Judges one CONNECT. A slow answer holds only that connection.</summary>
    ValueTask<ConnectVerdict> ConnectAsync(ConnectRequest request, CancellationToken stop);

    /// <summary>Asked every few seconds about every client that is connected; false puts it out with 0x98. Must be quick.</summary>
    bool MayStay(object? principal) => true;

    /// <summary>
    /// Success, or a code from 0x80. <paramref name="topic"/> is UTF-8. Called for every PUBLISH: must not allocate.
    /// </summary>
    ReasonCode MayPublish(object? principal, ReadOnlySpan<byte> topic);

    /// <summary>Success, or a code from 0x80. Shared subscriptions are asked by their inner filter.</summary>
    ReasonCode MaySubscribe(object? principal, string filter);
}
