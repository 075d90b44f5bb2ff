using System.Security.Cryptography;
using Hub.Core.Ports;
using Hub.Mqtt;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>How it stands with the outside broker, told to readiness and, not more often than a person can read, to the log. Any thread.</summary>
internal sealed class BrokerSourceState(string broker, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private string? fault = $"the broker {broker} has not been reached yet";
    private string? notGranted; // stands through the reconnects by which it is asked for again
    private long toldAt;
    private bool told;
    private long refused;

    public string? Fault
    {
        get { lock (gate) return notGranted ?? fault; }
    }

    /// <summary>The identifier the broker knows the session by: made once, so that a start after a crash finds its messages.</summary>
    public static string ClientIdOf(DataFolder folder)
    {
        var file = folder.In("source-client-id");
        if (File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } known) return known;
        var made = $"hub-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        File.WriteAllText(file, made);
        return made;
    }

    public void Connected(bool sessionPresent, LedgerGap? gap, bool first = false)
    {
        lock (gate) fault = notGranted = null;
        if (gap is not null) log.LogError("The broker {Broker} has lost the session: what it took from {From:O} to {To:O} may be missing; the ledger lists the gap", broker, gap.From, gap.To);
        else if (sessionPresent || !first) log.LogInformation("Connected to the broker {Broker}; it kept the session", broker);
        else log.LogInformation("Connected to the broker {Broker} with a new session", broker);
    }

    public void NotShared(string group, MqttVersion version) =>
        log.LogWarning("The broker {Broker} has no shared subscriptions ({Version}): the hub subscribes alone, and another hub of the group {Group} would get every message too", broker, version, group);

    public void Lost(Exception why)
    {
        lock (gate) fault = $"the broker {broker} is away: {why.Message}";
        if (MayTell()) log.LogWarning("The broker {Broker} is away ({Fault}); trying again", broker, why.Message);
    }

    public void NotGranted(string filter, ReasonCode answer)
    {
        lock (gate) notGranted = $"the broker {broker} answers {answer} to the subscription {filter}; allow the hub's user to read it with QoS 1";
        if (MayTell()) log.LogError("The broker {Broker} answers {Answer} to the subscription {Filter}; allow the hub's user to read it with QoS 1", broker, answer, filter);
    }

    public void Refused(int most)
    {
        var count = Interlocked.Increment(ref refused);
        if (MayTell()) log.LogError("{Most} messages wait for the broker {Broker}; {Count} more could not be kept for it", most, broker, count);
    }

    public void RefusedBy(ReasonCode reason)
    {
        if (MayTell()) log.LogError("The broker {Broker} refuses what the hub publishes: {Reason}; allow the hub's user hub/v1/#", broker, reason);
    }

    private bool MayTell()
    {
        lock (gate)
        {
            if (told && clock.GetElapsedTime(toldAt) < Quiet) return false;
            (told, toldAt) = (true, clock.GetTimestamp());
            return true;
        }
    }
}
