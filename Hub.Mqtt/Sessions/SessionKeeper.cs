using Hub.Mqtt.Server;
using Microsoft.Extensions.Logging;

namespace Hub.Mqtt.Sessions;

/// <summary>Brings the broker back to where the log left it, and writes the log anew when it has grown.</summary>
internal sealed class SessionKeeper(Broker broker, SessionLog log, ILogger words)
{
    /// <summary>Before the first connection.</summary>
    public void Restore()
    {
        var read = new SessionRestore();
        var lost = log.Store.Load(read.Take);
        if (lost > 0 || read.Strange > 0) words.SessionsDamaged(lost, read.Strange);
        var nowMs = broker.NowMs;
        foreach (var message in read.Retained.Values)
        {
            if (!message.IsExpired(nowMs)) broker.Retained.Put(message, null);
        }

        foreach (var (client, session) in read.Sessions)
        {
            // Who was connected counts as gone from now on.
            var endsAt = session.EndsAtMs != 0 ? session.EndsAtMs : session.ExpirySeconds == uint.MaxValue ? long.MaxValue : nowMs + (session.ExpirySeconds * 1000L);
            if (session.ExpirySeconds > 0 && endsAt > nowMs) broker.Adopt(client, session, endsAt);
        }

        foreach (var will in read.Wills.Values) broker.Adopt(will, nowMs);
        log.Store.Rewrite(Image);
        log.Commit();
    }

    /// <summary>Called by the heartbeat.</summary>
    public void Tidy()
    {
        broker.Retained.Sweep(broker.NowMs);
        if (log.Store.WantsRewrite) log.Store.Rewrite(Image);
        log.Commit();
    }

    private void Image()
    {
        broker.Wills.WriteTo(log);
        broker.Retained.WriteTo(log);
        foreach (var session in broker.Sessions) session.WriteTo(log);
    }
}
