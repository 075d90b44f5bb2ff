using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Hub.Mqtt.Server;

/// <summary>The other end of one connection, whatever carries it.</summary>
internal sealed record Peer(IDuplexPipe Pipe, Action Abort)
{
    public IPAddress? Address { get; init; }

    public X509Certificate2? Certificate { get; init; }

    /// <summary>The TCP socket, where there is one: only it can be closed in one direction.</summary>
    public Socket? Socket { get; init; }
}
