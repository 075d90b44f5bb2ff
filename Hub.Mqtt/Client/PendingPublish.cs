using System.Threading.Tasks.Sources;

namespace Hub.Mqtt;

/// <summary>One QoS 1 or 2 message from <see cref="MqttClient.PublishAsync"/> until its last acknowledgement. Used again.</summary>
internal sealed class PendingPublish : IValueTaskSource<ReasonCode>
{
    private ManualResetValueTaskSourceCore<ReasonCode> core = new() { RunContinuationsAsynchronously = true };
    private readonly Action<PendingPublish> recycle;

    public PendingPublish(Action<PendingPublish> recycle) => this.recycle = recycle;

    public string Topic { get; set; } = "";
    public ReadOnlyMemory<byte> Payload { get; set; }
    public Qos Qos { get; set; }
    public bool Retain { get; set; }
    /// <summary>0 before the first sending.</summary>
    public ushort PacketId { get; set; }
    public long Sequence { get; set; }

    /// <summary>Sent on an earlier or the present connection.</summary>
    public bool Sent { get; set; }

    /// <summary>PUBREC has come: PUBREL is what is sent again.</summary>
    public bool Released { get; set; }

    public ValueTask<ReasonCode> Task => new(this, core.Version);

    public void Complete(ReasonCode reason) => core.SetResult(reason);

    public void Fail(Exception fault) => core.SetException(fault);

    public ReasonCode GetResult(short token)
    {
        try
        {
            return core.GetResult(token);
        }
        finally
        {
            core.Reset();
            Topic = "";
            Payload = default;
            PacketId = 0;
            Sent = Released = false;
            recycle(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => core.OnCompleted(continuation, state, token, flags);
}
