using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Hub.Mqtt.Server;

/// <summary>All connections at once: how many may come, who is there, and what is told about those who were refused.</summary>
internal sealed class Lobby(MqttOptions options, TimeProvider clock, MqttStatistics statistics, ILogger log)
{
    private readonly ConcurrentDictionary<Connection, IPAddress> connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> perAddress = new();
    private readonly Lock gate = new();
    private long lastLine = long.MinValue;
    private long untold;
    private int count;

    public Action<ClientPresence>? PresenceChanged { get; set; }

    public Action<ClientQuarantine>? WhenQuarantined { get; set; }

    public ICollection<Connection> Connections => connections.Keys;

    /// <summary>Lets a connection in, or says why not. Balanced by <see cref="Gone"/>.</summary>
    public bool TryEnter(Connection connection, IPAddress? address)
    {
        address ??= IPAddress.None;
        var all = Interlocked.Increment(ref count);
        var here = perAddress.AddOrUpdate(address, 1, static (_, n) => n + 1);
        connections[connection] = address;
        if (all <= options.Connections && here <= options.ConnectionsPerAddress) return true;
        statistics.RefusedConnect(ReasonCode.ConnectionRateExceeded);
        Note(ReasonCode.ConnectionRateExceeded, "", address, all > options.Connections ? $"more than {options.Connections} connections" : $"more than {options.ConnectionsPerAddress} connections from one address");
        Gone(connection);
        return false;
    }

    public void Gone(Connection connection)
    {
        if (!connections.TryRemove(connection, out var address)) return;
        Interlocked.Decrement(ref count);
        if (perAddress.AddOrUpdate(address, 0, static (_, n) => n - 1) == 0) perAddress.TryRemove(KeyValuePair.Create(address, 0));
    }

    public void CheckTimes()
    {
        var now = clock.GetTimestamp();
        foreach (var (connection, _) in connections) connection.CheckTime(now);
    }

    public void CheckWelcomes()
    {
        foreach (var (connection, _) in connections) connection.CheckWelcome();
    }

    /// <summary>Counts a refusal and tells of it, once a second at most: a bad device can repeat itself.</summary>
    public void Note(ReasonCode reason, string clientId, IPAddress? address, string words)
    {
        statistics.Refused(reason);
        long others;
        lock (gate)
        {
            var now = clock.GetTimestamp();
            if (lastLine != long.MinValue && clock.GetElapsedTime(lastLine, now) < TimeSpan.FromSeconds(1))
            {
                untold++;
                return;
            }

            lastLine = now;
            others = untold;
            untold = 0;
        }

        log.Refused(clientId, address?.ToString() ?? "-", words, (int)reason, others);
    }

    public void Broken(Exception fault, string clientId) => log.Broken(fault, clientId);

    public void Quarantined(string clientId, object? principal, IPAddress? address, Meter meter)
    {
        if (meter.QuarantineEnds is not { } until) return;
        log.Quarantined(clientId, address?.ToString() ?? "-", meter.Rate, until);
        WhenQuarantined?.Invoke(new ClientQuarantine(clientId, principal, address, meter.Rate, until));
    }

    public void Connected(Connection connection, object? principal, IPAddress? address, MqttVersion version, bool present)
    {
        if (log.IsEnabled(LogLevel.Debug)) log.Connected(connection.ClientId, address?.ToString() ?? "-", version, present);
        PresenceChanged?.Invoke(new ClientPresence(connection.ClientId, principal, Connected: true, ReasonCode.Success, address));
    }

    public void Left(string clientId, object? principal, ReasonCode reason, IPAddress? address)
    {
        log.Gone(clientId, reason);
        PresenceChanged?.Invoke(new ClientPresence(clientId, principal, Connected: false, reason, address));
    }
}
