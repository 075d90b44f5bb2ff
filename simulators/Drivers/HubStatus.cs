using System.Text.Json;
using Hub.Mqtt;

namespace Hub.Simulators.Drivers;

/// <summary>What a hub says about itself on <c>hub/v1/hub/status</c>: its time and how fast it runs.</summary>
/// <param name="NowMs">Hub time, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Speed">Hub seconds per real second.</param>
public readonly record struct HubStatus(long NowMs, double Speed)
{
    /// <summary>Topic, retained.</summary>
    public const string Topic = "hub/v1/hub/status";

    /// <summary>Reads one status body; false when it holds no time.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out HubStatus status)
    {
        status = default;
        try
        {
            using var json = JsonDocument.Parse(payload);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("now", out var now)) return false;
            var nowMs = now.ValueKind == JsonValueKind.String ? now.GetDateTimeOffset().ToUnixTimeMilliseconds() : now.GetInt64();
            var speed = json.RootElement.TryGetProperty("speed", out var s) && s.ValueKind == JsonValueKind.Number ? s.GetDouble() : 1;
            status = new HubStatus(nowMs, speed);
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>Follows a hub's clock: its retained status sets the time, the real clock carries it on until the next one.</summary>
/// <remarks>Written by the connection's loop, read by the driver's.</remarks>
internal sealed class HubClock(TimeProvider real)
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HubStatus status;
    private long takenAt;

    /// <summary>Hub seconds per real second; 0 until known.</summary>
    public double Speed { get { lock (gate) return status.Speed; } }

    /// <summary>Hub time now [ms].</summary>
    public long NowMs
    {
        get { lock (gate) return status.NowMs + (long)(real.GetElapsedTime(takenAt).TotalMilliseconds * status.Speed); }
    }

    public void Set(in HubStatus told)
    {
        lock (gate)
        {
            // A status may arrive late; time never runs backwards for a few milliseconds of that.
            var here = status.NowMs + (long)(real.GetElapsedTime(takenAt).TotalMilliseconds * status.Speed);
            var behind = status.Speed > 0 && told.NowMs < here && here - told.NowMs < 2_000 * told.Speed;
            status = behind ? told with { NowMs = here } : told;
            takenAt = real.GetTimestamp();
        }

        first.TrySetResult();
    }

    /// <summary>Waits for the first status; false when none came in time.</summary>
    public async Task<bool> FoundAsync(TimeSpan patience, CancellationToken stop)
    {
        try
        {
            await first.Task.WaitAsync(patience, real, stop).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public ValueTask OnMessageAsync(MqttMessage message, CancellationToken stop)
    {
        if (message.Topic == HubStatus.Topic && HubStatus.TryRead(message.Payload, out var told)) Set(told);
        return ValueTask.CompletedTask;
    }
}
