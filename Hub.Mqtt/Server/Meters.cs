using System.Collections.Concurrent;

namespace Hub.Mqtt.Server;

/// <summary>The meters of all clients that are held to a rate. They outlive connections, so that coming back does not fill the bucket.</summary>
internal sealed class Meters(MqttOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<object, Meter> meters = new();

    /// <summary>How many are held.</summary>
    public int Count => meters.Count;

    /// <summary>How many clients are in quarantine.</summary>
    public int Quarantined => meters.Count(m => m.Value.QuarantineEnds is not null);

    /// <summary>The meter of a client, in use until <see cref="Meter.Leave"/>; null when it is not held to any rate.</summary>
    /// <param name="key">Who the gatekeeper said it is, or its client identifier.</param>
    /// <param name="ownRate">What the gatekeeper grants it, messages a second; 0 for no figure of its own.</param>
    public Meter? Of(object key, int ownRate)
    {
        var rate = ownRate == 0 ? options.PublishRate : options.PublishRate == 0 ? ownRate : Math.Min(ownRate, options.PublishRate);
        if (rate == 0) return null;
        while (true)
        {
            var meter = meters.GetOrAdd(key, static (_, made) => new Meter(made.rate, made.options, made.clock), (rate, options, clock));
            if (!meter.TryUse()) continue;
            meter.Rate = rate;
            return meter;
        }
    }

    public Meter? Find(object key) => meters.GetValueOrDefault(key);

    /// <summary>Called by the heartbeat: lets go of what a new meter would be like.</summary>
    public void Sweep()
    {
        foreach (var meter in meters)
        {
            if (meter.Value.TryLetGo()) meters.TryRemove(meter);
        }
    }
}
