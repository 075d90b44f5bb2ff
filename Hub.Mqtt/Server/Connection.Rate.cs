namespace Hub.Mqtt.Server;

internal sealed partial class Connection
{
    private double credit = double.NaN;
    private long creditAt;
    private long floodSince;
    private int spent;

    /// <summary>
    /// A token bucket over what this client publishes. Who has spent it is read again only when it has refilled, so its own
    /// PUBACKs come later and nobody else notices; who keeps pressing is put out.
    /// </summary>
    private async ValueTask SlowDownAsync()
    {
        var clock = broker.Clock;
        var now = clock.GetTimestamp();
        if (double.IsNaN(credit)) credit = broker.Options.PublishBurst;
        else credit = Math.Min(broker.Options.PublishBurst, credit + (clock.GetElapsedTime(creditAt, now).TotalSeconds * broker.Options.PublishRate));
        creditAt = now;
        credit -= spent;
        spent = 0;
        if (credit >= 0)
        {
            floodSince = 0;
            return;
        }

        broker.Statistics.Throttle();
        if (floodSince == 0) floodSince = now;
        if (broker.Options.FloodSeconds > 0 && clock.GetElapsedTime(floodSince, now).TotalSeconds > broker.Options.FloodSeconds)
            MqttProtocolException.Throw(ReasonCode.MessageRateTooHigh, $"more than {broker.Options.PublishRate} messages a second for {broker.Options.FloodSeconds} s");
        Volatile.Write(ref working, 1);
        await Task.Delay(TimeSpan.FromSeconds(-credit / broker.Options.PublishRate), clock, aborted).ConfigureAwait(false);
        Volatile.Write(ref lastHeard, clock.GetTimestamp());
        Volatile.Write(ref working, 0);
    }
}
