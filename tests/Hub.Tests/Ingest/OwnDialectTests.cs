using System.Text;
using Hub.Core;
using Hub.Core.Readings;
using Hub.Ingest;

namespace Hub.Tests.Ingest;

public sealed class OwnDialectTests
{
    private const long Arrival = 1_795_316_645_678; // 2026-11-22T03:04:05.678Z
    private readonly DecodedMessage _message = new();
    private readonly OwnDialect _dialect = new(new ChannelTable(), new IngestOptions());

    [Fact]
    public void The_full_form_is_understood()
    {
        var o = One(MessageKind.Telemetry, """{"ts": 1795316645000, "seq": 17, "values": {"power": 182.4, "port_temp": 31.2, "relay": true}, "state": {"battery": 86, "tamper": false, "fw": "1.2.3"}, "sim": true}""");
        Assert.Equal("power=182.4 port_temp=31.2 relay=1 battery=86 tamper=0 fw=1.2.3", Text(o));
        Assert.Equal((17, 1_795_316_645_000, -678, true, false), (o.Sequence, o.AtMs, o.SkewMs, o.Sim, o.ClockSkewed));
    }

    [Theory]
    [InlineData("""{"power": 12.5}""", "power=12.5")]
    [InlineData("""{"ts": 1795316645000, "power": 12.5, "state": {"rssi": -70}}""", "power=12.5 rssi=-70")]
    [InlineData("""{"values": {"power": 1}, "v": 1, "deviceId": "x", "kind": "chargerPort"}""", "power=1")]
    [InlineData("""{"readings": {"power": 1}}""", "power=1")]
    [InlineData("""{"values": {}}""", "")]
    [InlineData("{}", "")]
    [InlineData("""{"values": {"mode": "charging"}}""", "mode=charging")]
    [InlineData("""{"values": {"contact": "open", "relay": "off"}}""", "contact=1 relay=0")]
    [InlineData("""{"values": {"power": null}}""", "")]
    [InlineData("\uFEFF{\"power\": 1}", "power=1")]
    public void Looser_forms_are_understood_too(string payload, string expected) => Assert.Equal(expected, Text(One(MessageKind.Telemetry, payload)));

    [Fact]
    public void An_array_gives_one_observation_an_element()
    {
        Assert.True(Decode(MessageKind.Telemetry, """[{"seq": 1, "values": {"power": 1}}, {"seq": 2, "power": 2}]"""), _message.Detail);
        Assert.Equal([(0, 1L, "power=1"), (1, 2L, "power=2")], _message.Observations.ToArray().Select(o => (o.Ordinal, o.Sequence, Text(o))));
    }

    [Fact]
    public void An_event_has_type_confidence_zone_track_and_snapshot()
    {
        var o = One(MessageKind.Event, """{"type":"eBike","confidence":0.91,"zone":"lift-1","track":"t-7","snapshot":"edge://nvr-2/2026/11/22/0304.jpg","values":{"floor":3}}""");
        Assert.Equal(("eBike", 0.91, "lift-1", "t-7", "edge://nvr-2/2026/11/22/0304.jpg", "floor=3"), (o.EventType, o.Confidence, o.Zone, o.Track, o.Snapshot, Text(o)));
    }

    [Fact]
    public void The_shortest_smoke_alarm_is_an_event_of_full_confidence()
    {
        var o = One(MessageKind.Event, """{"type":"smoke"}""");
        Assert.Equal(("smoke", 1.0, Arrival), (o.EventType, o.Confidence, o.AtMs));
    }

    [Theory]
    [InlineData("7.5", 1)]
    [InlineData("87", 0.87)]
    [InlineData("-1", 1)]
    [InlineData("1e400", 1)]
    public void A_camera_with_odd_confidence_does_not_silence_its_alarm(string confidence, double expected) =>
        Assert.Equal(confidence == "7.5" ? 0.075 : expected, One(MessageKind.Event, $$"""{"type":"smoke","confidence":{{confidence}}}""").Confidence);

    [Theory]
    [InlineData("online", "online=1")]
    [InlineData("offline", "online=0")]
    [InlineData("\"offline\"", "online=0")]
    [InlineData("""{"online": true, "state": {"battery": 12}}""", "online=1 battery=12")]
    public void A_status_may_be_a_word(string payload, string expected) => Assert.Equal(expected, Text(One(MessageKind.Status, payload)));

    [Theory]
    [InlineData("""{"id":"c-12","result":"ok"}""", "ok")]
    [InlineData("""{"id":"c-12","ok":true}""", "ok")]
    [InlineData("""{"id":"c-12","ok":false}""", "failed")]
    public void An_ack_names_the_command_and_its_result(string payload, string expected)
    {
        var o = One(MessageKind.Ack, payload);
        Assert.Equal(("c-12", expected), (o.CommandId, o.CommandResult));
    }

    [Theory]
    [InlineData("\"2026-11-22T11:04:05.678+08:00\"", 0)]
    [InlineData("\"2026-11-22T03:04:05.678Z\"", 0)]
    [InlineData("\"2026-11-22T11:04:05.678\"", 0)]
    [InlineData("\"2026-11-22T03:04:05.678\"", 0)]
    [InlineData("\"2026-11-22 11:04:05\"", -678)]
    [InlineData("\"2026-11-22T03:04Z\"", -5678)]
    [InlineData("\"2026-11-21T22:04:05.678-05:00\"", 0)]
    [InlineData("1795316645678.0", 0)]
    [InlineData("1795316645678", 0)]
    [InlineData("null", 0)]
    public void Times_are_read_in_every_usual_spelling(string ts, long expectedSkew)
    {
        var o = One(MessageKind.Telemetry, $$"""{"ts": {{ts}}, "values": {"power": 1} }""");
        Assert.Equal((expectedSkew, Arrival + expectedSkew, false), (o.SkewMs, o.AtMs, o.ClockSkewed));
    }

    [Theory]
    [InlineData(-7 * 86_400_000L, false)]
    [InlineData((-7 * 86_400_000L) - 1, true)]
    [InlineData(60_000, false)]
    [InlineData(60_001, true)]
    [InlineData(-Arrival, true)]
    [InlineData(2_300_000_000_000, true)]
    public void A_stamp_outside_seven_days_before_and_a_minute_after_arrival_is_not_believed(long skew, bool skewed)
    {
        var o = One(MessageKind.Telemetry, $$"""{"ts": {{Arrival + skew}}, "values": {"power": 1} }""");
        Assert.Equal((skewed, skewed ? Arrival : Arrival + skew, skew), (o.ClockSkewed, o.AtMs, o.SkewMs));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "bad-json")]
    [InlineData("power=12", "bad-json")]
    [InlineData("{\"power\": 1} x", "bad-json")]
    [InlineData("{\"power\": 1}{}", "bad-json")]
    [InlineData("{\"power\": NaN}", "not-a-number")]
    [InlineData("{\n\"values\": {\"power\": -Infinity}}", "not-a-number")]
    [InlineData("{\"values\": {\"power\": \"NaN\"}}", "not-a-number")]
    [InlineData("{\"values\": {\"power\": 1e999}}", "not-a-number")]
    [InlineData("12", "wrong-type")]
    [InlineData("\"text\"", "wrong-type")]
    [InlineData("[1, 2]", "wrong-type")]
    [InlineData("{\"values\": 7}", "wrong-type")]
    [InlineData("{\"values\": [1]}", "wrong-type")]
    [InlineData("{\"values\": {\"power\": \"hot\"}}", "wrong-type")]
    [InlineData("{\"values\": {\"power\": [1]}}", "wrong-type")]
    [InlineData("{\"values\": {\"power\": {\"v\": 1}}}", "wrong-type")]
    [InlineData("{\"seq\": \"17\"}", "wrong-type")]
    [InlineData("{\"seq\": 1.5}", "wrong-type")]
    [InlineData("{\"seq\": -1}", "wrong-type")]
    [InlineData("{\"sim\": 1}", "wrong-type")]
    [InlineData("{\"state\": \"ok\"}", "wrong-type")]
    [InlineData("{\"ts\": {}}", "wrong-type")]
    [InlineData("{\"ts\": true}", "wrong-type")]
    [InlineData("{\"ts\": \"yesterday\"}", "bad-time")]
    [InlineData("{\"ts\": \"2026-02-30T00:00:00Z\"}", "bad-time")]
    [InlineData("{\"ts\": 1e30}", "bad-time")]
    [InlineData("[[[[[[[[[[[[1]]]]]]]]]]]]", "wrong-type")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", "bad-json")]
    public void Bad_input_is_put_aside_with_a_reason(string payload, string reason)
    {
        Assert.False(Decode(MessageKind.Telemetry, payload));
        Assert.Equal(reason, _message.Reason);
        Assert.NotEmpty(_message.Detail);
    }

    [Theory]
    [InlineData("{\"confidence\": 0.5}", "missing-type")]
    [InlineData("{\"type\": 5}", "wrong-type")]
    [InlineData("{\"type\": \"\"}", "wrong-type")]
    [InlineData("{\"values\": {\"smoke\": NaN}}", "missing-type")]
    public void A_bad_event_is_put_aside_with_a_reason(string payload, string reason)
    {
        Assert.False(Decode(MessageKind.Event, payload));
        Assert.Equal(reason, _message.Reason);
    }

    [Theory]
    [InlineData("""{"values": {"power": 1, "name": "Zhang San", "phone": 13800000000, "id_card": "x", "note": "张三"}}""")]
    [InlineData("""{"values": {"power": 1}, "PersonInfos": {"IDNumber": "511100199001011234"}, "photo": "data:image/jpeg;base64,AAAA", "remark": "call 13800000000", "faces": [1,2]}""")]
    public void What_may_tell_of_a_person_is_left_out_and_counted(string payload)
    {
        Assert.Equal("power=1", Text(One(MessageKind.Telemetry, payload)));
        Assert.Equal(4, _message.RefusedFields);
    }

    [Fact]
    public void A_picture_instead_of_its_reference_is_left_out()
    {
        var o = One(MessageKind.Snapshot, $$"""{"snapshot": "{{new string('A', 300)}}", "zone": "gate"}""");
        Assert.Equal((null, "gate", 1), (o.Snapshot, o.Zone, _message.RefusedFields));
    }

    [Fact]
    public void A_value_that_tells_of_a_broken_sensor_is_kept_and_marked_suspect()
    {
        var o = One(MessageKind.Telemetry, """{"values": {"port_temp": 850, "power": -3, "cell_temp": 95, "soc": 50}}""");
        Assert.Equal([true, true, false, false], o.Readings.ToArray().Select(r => r.Suspect));
    }

    [Fact]
    public void Too_many_elements_or_values_are_refused()
    {
        Assert.False(Decode(MessageKind.Telemetry, "[" + string.Join(',', Enumerable.Repeat("{\"power\":1}", 1001)) + "]"));
        Assert.Equal("too-many", _message.Reason);
        Assert.False(Decode(MessageKind.Telemetry, "{" + string.Join(',', Enumerable.Range(0, 257).Select(i => $"\"v{i}\":1")) + "}"));
        Assert.Equal("too-many", _message.Reason);
    }

    [Fact]
    public void A_payload_cut_at_any_byte_is_put_aside_and_the_next_is_read()
    {
        var whole = Encoding.UTF8.GetBytes("""[{"ts":"2026-11-22T03:04:05Z","seq":1,"values":{"power":1.5,"mode":"on"},"state":{"fw":"1"},"sim":false}]""");
        for (var cut = 0; cut < whole.Length; cut++)
        {
            _message.Clear();
            Assert.False(_dialect.Decode(MessageKind.Telemetry, whole.AsSpan(0, cut), Arrival, _message), $"cut at {cut}");
        }

        Assert.Equal("power=1.5 mode=on fw=1", Text(One(MessageKind.Telemetry, Encoding.UTF8.GetString(whole))));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        var seed = Encoding.UTF8.GetBytes("""{"ts":"2026-11-22T03:04:05Z","seq":1,"values":{"power":1.5,"mode":"on"},"type":"x","zone":"z"}""");
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = seed.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _message.Clear();
            if (!_dialect.Decode((MessageKind)random.Next(1, 6), bytes, Arrival, _message)) Assert.NotNull(_message.Reason);
        }
    }

    [Fact]
    public void Decoding_does_not_allocate_once_warm()
    {
        var payload = Encoding.UTF8.GetBytes("""{"ts":"2026-11-22T03:04:05Z","seq":1,"values":{"power":1.5,"port_temp":30.5,"mode":"on"},"state":{"fw":"1.2","battery":80}}""");
        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                _message.Clear();
                _dialect.Decode(MessageKind.Telemetry, payload, Arrival, _message);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Assert.Equal(0, Round());
    }

    private static string Text(Observation o) =>
        string.Join(' ', o.Readings.ToArray().Select(r => $"{r.Channel}={r.Text ?? r.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)}"));

    private Observation One(MessageKind kind, string payload)
    {
        Assert.True(Decode(kind, payload), _message.Detail);
        return Assert.Single(_message.Observations.ToArray());
    }

    private bool Decode(MessageKind kind, string payload)
    {
        _message.Clear();
        return _dialect.Decode(kind, Encoding.UTF8.GetBytes(payload), Arrival, _message);
    }
}
