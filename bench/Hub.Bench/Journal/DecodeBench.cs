using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Ingest;
using Hub.Journal;
using Hub.Mqtt;

namespace Hub.Bench.Journal;

/// <summary>From the door to decoded observations on one thread each: <c>decode [messages] [devices]</c>, three readings a message.</summary>
internal static class DecodeBench
{
    public static int Run(string[] args)
    {
        var messages = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var devices = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000;
        var folder = Directory.CreateTempSubdirectory("hub-bench-decode-").FullName;
        try
        {
            Measure(folder, messages, devices).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task Measure(string folder, int messages, int devices)
    {
        var options = new IngestOptions();
        var registry = new DeviceRegistry();
        await registry.RegisterAsync([.. Enumerable.Range(0, devices).Select(i => new DeviceRecord($"port-{i:D5}", "chargerPort", "", $"c/estate-{i % 16}/shed-1/bay-{i}"))], [], [], default);
        await using var journal = LocalJournal.Open(new JournalOptions { Directory = folder }, Clock);
        var front = new FrontCounts();
        var sink = new JournalSink(journal, registry, front, options, Clock);
        var topics = Enumerable.Range(0, devices).Select(i => Encoding.UTF8.GetBytes($"hub/v1/port-{i:D5}/telemetry")).ToArray();
        var payloads = Enumerable.Range(0, 1000).Select(i => Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $$"""{"ts":{{1_795_316_645_000 + i}},"values":{"power":{{i * 0.7:F1}},"port_temp":{{20 + (i % 30) * 0.1:F1}},"voltage":{{220 + (i % 7) * 0.3:F1}}} }"""))).ToArray();

        var watch = Stopwatch.StartNew();
        var allocated = GC.GetTotalAllocatedBytes();
        var ticket = 0L;
        for (var i = 0; i < messages; i++)
        {
            var receipt = await sink.AcceptAsync(new InboundPublish { Topic = topics[i % devices], Payload = new ReadOnlySequence<byte>(payloads[i % 1000]), Qos = Qos.AtLeastOnce, ClientId = "bench" }, default);
            ticket = receipt.Ticket;
        }

        await sink.DurableAsync(ticket, default);
        Console.WriteLine($"accept and append, one thread: {messages / watch.Elapsed.TotalSeconds:N0} messages/s durable, {(GC.GetTotalAllocatedBytes() - allocated) / (double)messages:N1} bytes allocated a message");

        var channels = new ChannelTable();
        for (var pass = 1; pass <= 2; pass++)
        {
            watch.Restart();
            var processor = Environment.CpuUsage.TotalTime;
            allocated = GC.GetTotalAllocatedBytes();
            var (observations, readings) = ReadAll(journal, registry, channels, options);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"read and decode, pass {pass}: {observations / watch.Elapsed.TotalSeconds:N0} messages/s, {readings / watch.Elapsed.TotalSeconds:N0} readings/s, {(Environment.CpuUsage.TotalTime - processor).TotalNanoseconds / messages:N0} ns of processor time and {(GC.GetTotalAllocatedBytes() - allocated) / (double)messages:N1} bytes allocated a message"));
        }
    }

    private static (long Observations, long Readings) ReadAll(IJournal journal, DeviceRegistry registry, ChannelTable channels, IngestOptions options)
    {
        long observations = 0, readings = 0;
        for (var lane = 0; lane < journal.Lanes; lane++)
        {
            using var reader = new LaneReader(journal, lane, registry, channels, options);
            while (reader.TryRead())
            {
                for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
                {
                    if (item != LaneItem.Observation) continue;
                    observations++;
                    readings += reader.Observation.Count;
                }
            }
        }

        return (observations, readings);
    }

    private static TimeProvider Clock => TimeProvider.System;
}
