using Hub.Mqtt.Server;
using Hub.Mqtt.Topics;

namespace Hub.Mqtt.Sessions;

/// <summary>Brings the broker back to where the log left it, and writes the log anew when it has grown.</summary>
internal sealed class SessionKeeper(Broker broker, SessionLog log)
{
    /// <summary>Before the first connection.</summary>
    public void Restore()
    {
        var read = new SessionRestore();
        log.Store.Load(read.Take);
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

        log.Store.Rewrite(Image);
        log.Commit();
    }

    /// <summary>Called by the heartbeat.</summary>
    public void Tidy()
    {
        if (log.Store.WantsRewrite) log.Store.Rewrite(Image);
        log.Commit();
    }

    private void Image()
    {
        broker.Retained.WriteTo(log);
        foreach (var session in broker.Sessions) session.WriteTo(log);
    }
}
