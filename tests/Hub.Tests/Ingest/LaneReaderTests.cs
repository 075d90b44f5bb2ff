using System.Buffers;
using Hub.Ingest;
using Hub.Mqtt;

namespace Hub.Tests.Ingest;

public sealed class LaneReaderTests : IAsyncDisposable
{
    private readonly Door _door = new();

    private int Lane => LaneMap.Of(_door.Registry.Find(Door.Known)!, 2);

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task Ticks_stand_between_the_messages_where_they_were_written()
    {
        await SendAsync("""{"power":1}""");
        await _door.TickAsync();
        await SendAsync("""{"power":2}""");
        using var reader = _door.Reader(Lane);
        Assert.Equal([$"{Door.Known} power=1", "tick", $"{Door.Known} power=2"], Door.Items(reader));
        Assert.Equal((3, 1, 2), (reader.Position, reader.Ticks, reader.Counts.Messages));
    }

    [Fact]
    public async Task A_repeated_number_is_counted_and_not_given_out()
    {
        await SendAsync("""{"seq":1,"power":1}""");
        await SendAsync("""{"seq":1,"power":1}""");
        await SendAsync("""{"seq":2,"power":2}""");
        await SendAsync("""[{"seq":2,"power":2},{"seq":3,"power":3}]""");
        using var reader = _door.Reader(Lane);
        Assert.Equal([$"{Door.Known} power=1", $"{Door.Known} power=2", $"{Door.Known} power=3"], Door.Items(reader));
        Assert.Equal((4, 3, 1), (reader.Counts.Messages, reader.Counts.Decoded, reader.Counts.Duplicates));
    }

    [Fact]
    public async Task A_redelivery_without_numbers_is_known_by_its_dup_flag_and_bytes()
    {
        await SendAsync("""{"power":1}""");
        await SendAsync("""{"power":1}""", dup: true);
        await SendAsync("""{"power":1}""");
        using var reader = _door.Reader(Lane);
        Assert.Equal(2, Door.Items(reader).Count);
        Assert.Equal(1, reader.Counts.Duplicates);
    }

    [Fact]
    public async Task A_message_that_cannot_be_decoded_is_given_as_a_dead_letter_with_its_bytes()
    {
        await SendAsync("""{"power":""");
        using var reader = _door.Reader(Lane);
        Assert.True(reader.TryRead());
        Assert.Equal(LaneItem.DeadLetter, reader.Next());
        var letter = reader.DeadLetter;
        Assert.Equal(("bad-json", Door.Known, $"hub/v1/{Door.Known}/telemetry", 1L, 9), (letter.Reason, letter.DeviceId, letter.Topic, letter.Position, letter.PayloadBytes));
        Assert.Equal("""{"power":"""u8.ToArray(), letter.Payload.ToArray());
        Assert.Equal(LaneItem.None, reader.Next());
    }

    [Fact]
    public async Task Late_data_are_marked_and_counted()
    {
        await SendAsync($$"""{"ts":{{_door.NowMs - 900_001}},"power":1}""");
        await SendAsync($$"""{"ts":{{_door.NowMs - 900_000}},"power":1}""");
        await _door.PublishAsync("hub/v1/alarm-1/telemetry", $$"""{"ts":{{_door.NowMs - 3_600_000}},"smoke":0}""");
        Assert.Equal(1, SumOf(_door, c => c.Late));
    }

    [Fact]
    public async Task Saved_state_goes_on_as_if_it_had_never_stopped()
    {
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            await SendAsync($$"""{"seq":{{Math.Max(0, i + random.Next(-5, 3))}},"power":{{i % 7}}}""", dup: random.Next(4) == 0);
            if (i % 50 == 0) await _door.TickAsync();
        }

        using var straight = _door.Reader(Lane);
        var expected = Door.Items(straight);

        var resumed = new List<string>();
        var state = Array.Empty<byte>();
        while (true)
        {
            using var reader = _door.Reader(Lane, state);
            if (!reader.TryRead()) break;
            for (var item = reader.Next(); item != LaneItem.None; item = reader.Next()) resumed.Add(item == LaneItem.Observation ? $"{reader.Observation.Device} power={reader.Observation.Readings[0].Value}" : "tick");
            var saved = new ArrayBufferWriter<byte>();
            reader.Save(saved);
            state = saved.WrittenSpan.ToArray();
        }

        Assert.Equal(expected, resumed);
        using var last = _door.Reader(Lane, state);
        Assert.Equal((straight.Counts, straight.Ticks, straight.Position, straight.ClockMs), (last.Counts, last.Ticks, last.Position, last.ClockMs));
        Assert.True(straight.Counts.Duplicates > 10, "the series must hold repetitions");
    }

    [Fact]
    public void Damaged_state_is_refused_and_not_half_taken()
    {
        using var whole = _door.Reader(0);
        var saved = new ArrayBufferWriter<byte>();
        whole.Save(saved);
        for (var cut = 1; cut < saved.WrittenCount; cut++)
        {
            var piece = saved.WrittenSpan[..cut].ToArray();
            Assert.Throws<InvalidDataException>(() => _door.Reader(0, piece));
        }
    }

    [Fact]
    public async Task Reading_a_lane_does_not_allocate_once_warm()
    {
        for (var i = 0; i < 2000; i++) await _door.Sink.AcceptAsync(Door.Message($"hub/v1/{Door.Known}/telemetry", $$"""{"seq":{{i}},"values":{"power":120.5,"port_temp":30} }"""), Door.Stop);
        await _door.TickAsync();
        using var reader = _door.Reader(Lane);
        var steady = new List<long>();
        var observations = 0;
        while (true)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (!reader.TryRead()) break;
            for (var item = reader.Next(); item != LaneItem.None; item = reader.Next()) observations += item == LaneItem.Observation ? 1 : 0;
            steady.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(2000, observations);

        // One batch may be disturbed by the runtime itself, which compiles and collects as it likes.
        Assert.InRange(steady.Skip(10).Count(bytes => bytes != 0), 0, 1);
    }

    private static long SumOf(Door door, Func<Core.Ports.LaneCounts, long> count)
    {
        var sum = 0L;
        for (var lane = 0; lane < 2; lane++)
        {
            using var reader = door.Reader(lane);
            Door.Items(reader);
            sum += count(reader.Counts);
        }

        return sum;
    }

    private Task<PublishReceipt> SendAsync(string payload, bool dup = false) => _door.PublishAsync($"hub/v1/{Door.Known}/telemetry", payload, dup);
}
