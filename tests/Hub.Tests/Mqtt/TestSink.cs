using System.Text;
using Hub.Mqtt;

namespace Hub.Tests.Mqtt;

/// <summary>Takes everything, remembers it, and lets a test hold back the disk or refuse topics.</summary>
internal sealed class TestSink : IPublishSink
{
    private readonly Lock gate = new();
    private readonly List<(string Topic, string Body, Qos Qos, bool Will)> accepted = [];

    public bool Broker { get; set; } = true;

    /// <summary>Not null: tickets are given out, and nothing is durable before this completes.</summary>
    public TaskCompletionSource? Disk { get; set; }

    public Func<string, ReasonCode>? Judge { get; set; }

    public List<(string Topic, string Body, Qos Qos, bool Will)> Accepted
    {
        get { lock (gate) return [.. accepted]; }
    }

    /// <summary>Holds back the taking of a topic until the task completes.</summary>
    public Func<string, Task>? Hold { get; set; }

    public ValueTask<PublishReceipt> AcceptAsync(in InboundPublish publish, CancellationToken stop)
    {
        var topic = Encoding.UTF8.GetString(publish.Topic.Span);
        if (Hold?.Invoke(topic) is { IsCompleted: false } held) return LaterAsync(held, new PublishReceipt(ReasonCode.Success, 0, Broker));
        var reason = Judge?.Invoke(topic) ?? ReasonCode.Success;
        if (reason >= ReasonCode.UnspecifiedError) return new(new PublishReceipt(reason, 0, Broker: false));
        lock (gate)
        {
            accepted.Add((topic, Encoding.UTF8.GetString(publish.Payload), publish.Qos, publish.Will));
            return new(new PublishReceipt(ReasonCode.Success, Disk is null ? 0 : accepted.Count, Broker));
        }
    }

    private static async ValueTask<PublishReceipt> LaterAsync(Task held, PublishReceipt receipt)
    {
        await held;
        return receipt;
    }

    public async ValueTask DurableAsync(long ticket, CancellationToken stop)
    {
        if (Disk is { } disk) await disk.Task.WaitAsync(stop);
    }
}

/// <summary>Lets everyone do everything unless a test says otherwise.</summary>
internal sealed class TestGatekeeper : IGatekeeper
{
    public Func<ConnectRequest, ReasonCode>? Connect { get; set; }

    public Func<string, ReasonCode>? Publish { get; set; }

    public Func<string, ReasonCode>? Subscribe { get; set; }

    public Func<ConnectRequest, ConnectVerdict>? Verdict { get; set; }

    public ValueTask<ConnectVerdict> ConnectAsync(ConnectRequest request, CancellationToken stop) => new(Verdict?.Invoke(request) ?? new ConnectVerdict(Connect?.Invoke(request) ?? ReasonCode.Success, request.ClientId));

    public Func<object?, bool>? Stay { get; set; }

    public bool MayStay(object? principal) => Stay?.Invoke(principal) ?? true;

    public ReasonCode MayPublish(object? principal, ReadOnlySpan<byte> topic) => Publish?.Invoke(Encoding.UTF8.GetString(topic)) ?? ReasonCode.Success;

    public ReasonCode MaySubscribe(object? principal, string filter) => Subscribe?.Invoke(filter) ?? ReasonCode.Success;
}
