using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Hub.Mqtt;
using Hub.Mqtt.Server;
using Hub.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Tests.Mqtt;

/// <summary>The hot road stays free of garbage: bytes allocated for each PUBLISH between transport and sink.</summary>
public class AllocationTests
{
    private const int Rounds = 2_000;
    private const int Batch = 16;

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task A_publish_on_its_way_to_the_sink_allocates_nothing(int qos, bool othersSubscribe)
    {
        await using var endpoint = new MqttEndpoint(new MqttOptions(), new EveryoneMay(), new CountingSink(), new ManualClock(), NullLoggerFactory.Instance);
        var pool = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false, pauseWriterThreshold: 0);
        var up = new Pipe(pool);
        var down = new Pipe(pool);
        var serving = endpoint.ServeAsync(new Peer(new Ends(up.Reader, down.Writer), static () => { }) { Address = IPAddress.Loopback });
        up.Writer.Write(Packet.Connect("device", 4));
        if (othersSubscribe) up.Writer.Write(Packet.Subscribe(4, 1, null, ("elsewhere/#", 1)));
        up.Writer.Write(Packet.Join([.. Enumerable.Range(1, Batch).Select(i => Packet.Publish(4, "hub/v1/device/telemetry", "{\"values\":{\"power\":182.4}}", qos, (ushort)i))]));
        await up.Writer.FlushAsync(TestContext.Current.CancellationToken);
        Drain(down.Reader);

        var batch = Packet.Join([.. Enumerable.Range(1, Batch).Select(i => Packet.Publish(4, "hub/v1/device/telemetry", "{\"values\":{\"power\":182.4}}", qos, (ushort)i))]);
        void Round()
        {
            up.Writer.Write(batch);
            var flushed = up.Writer.FlushAsync();
            Assert.True(flushed.IsCompletedSuccessfully);
            Drain(down.Reader);
        }

        // Every part of the road runs on this thread, so the thread's own counter tells.
        for (var i = 0; i < Rounds; i++) Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) Round();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Rounds * Batch);
        Assert.True(each < 1, $"{each:F2} bytes for each PUBLISH; less than 1 is allowed");
        Assert.Equal(Batch * ((2 * Rounds) + 1), CountingSink.Count);
        await up.Writer.CompleteAsync();
        await serving.WaitAsync(RawPeer.Patience, TestContext.Current.CancellationToken);
    }

    private static void Drain(PipeReader reader)
    {
        if (reader.TryRead(out var result)) reader.AdvanceTo(result.Buffer.End);
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class CountingSink : IPublishSink
    {
        public CountingSink() => Count = 0;

        public static int Count { get; private set; }

        public ValueTask<PublishReceipt> AcceptAsync(in InboundPublish publish, CancellationToken stop)
        {
            Count++;
            return new(new PublishReceipt(ReasonCode.Success, Count, Broker: true));
        }

        public ValueTask DurableAsync(long ticket, CancellationToken stop) => default;
    }

    private sealed class EveryoneMay : IGatekeeper
    {
        public ValueTask<ConnectVerdict> ConnectAsync(ConnectRequest request, CancellationToken stop) => new(ConnectVerdict.Admit(null));

        public ReasonCode MayPublish(object? principal, ReadOnlySpan<byte> topic) => ReasonCode.Success;

        public ReasonCode MaySubscribe(object? principal, string filter) => ReasonCode.Success;
    }
}
