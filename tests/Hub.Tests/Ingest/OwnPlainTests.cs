using System.Globalization;
using System.Text;
using Hub.Core;
using Hub.Core.Readings;
using Hub.Ingest;

namespace Hub.Tests.Ingest;

public sealed class OwnPlainTests
{
    private const long Arrival = 1_795_316_645_678;
    private readonly Utf8Table<Channel> _known = new(100);
    private readonly OwnDialect _dialect;
    private readonly OwnPlain _plain;

    public OwnPlainTests()
    {
        var channels = new ChannelTable();
        _dialect = new OwnDialect(channels, new IngestOptions());
        _plain = new OwnPlain(_known, new IngestOptions().MostReadings);
        foreach (var name in (string[])["power", "port_temp", "voltage", "relay", "battery", "v", "ts", "values"]) _known.Add(Encoding.UTF8.GetBytes(name), channels.GetOrAdd(name)!);
    }

    [Theory]
    [InlineData("""{"ts":1795316645000,"values":{"power":182.4,"port_temp":31.2,"voltage":60.1}}""")]
    [InlineData("""{"values":{"power":0,"relay":true},"state":{"battery":86},"seq":17,"sim":false}""")]
    [InlineData("""{ "power" : -12.50 , "port_temp" : -0 }""")]
    [InlineData("{}")]
    [InlineData("""{"power":1,"power":2}""")]
    public void The_usual_forms_take_the_short_way(string payload) => Assert.True(_plain.TryRead(Encoding.UTF8.GetBytes(payload), new Observation()));

    [Theory]
    [InlineData("""{"power":1e3}""")]
    [InlineData("""{"power":01}""")]
    [InlineData("""{"power":1.}""")]
    [InlineData("""{"power":.5}""")]
    [InlineData("""{"power":1.5.2}""")]
    [InlineData("""{"power":truest}""")]
    [InlineData("""{"power":"1"}""")]
    [InlineData("""{"power":null}""")]
    [InlineData("""{"power":12345678901234567890}""")]
    [InlineData("""{"power":0.1234567890123456789}""")]
    [InlineData("""{"unheard_of":1}""")]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"values":{"power":1},}""")]
    [InlineData("""{"values":{"power":1}} x""")]
    [InlineData("""{"values":{"values":{}}}""")]
    [InlineData("""{"ts":"2026-11-22T03:04Z"}""")]
    [InlineData("""{"ts":1795316645678.0}""")]
    [InlineData("""{"seq":-1}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void Everything_else_is_left_to_the_full_reader(string payload) => Assert.False(_plain.TryRead(Encoding.UTF8.GetBytes(payload), new Observation()));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_the_short_way_takes_the_full_reader_takes_to_the_last_bit(int seed)
    {
        var random = new Random(seed);
        var full = new DecodedMessage();
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var payload = Encoding.UTF8.GetBytes(Payload(random));
            if (random.Next(3) == 0) Damage(payload, random);
            var plain = new Observation { Kind = MessageKind.Telemetry, ArrivalMs = Arrival, AtMs = Arrival };
            if (!_plain.TryRead(payload, plain)) continue;
            taken++;
            full.Clear();
            Assert.True(_dialect.DecodeInFull(MessageKind.Telemetry, payload, Arrival, full), $"{Encoding.UTF8.GetString(payload)}: {full.Detail}");
            Assert.Equal(Text(Assert.Single(full.Observations.ToArray())), Text(plain));
        }

        Assert.InRange(taken, 10_000, 20_000);
    }

    private static string Payload(Random random)
    {
        var text = new StringBuilder("{");
        Space();
        for (var i = random.Next(4); i > 0; i--)
        {
            Member(random.Next(6) switch
            {
                0 => ("ts", Whole(random)),
                1 => ("seq", Whole(random)),
                2 => ("sim", random.Next(2) == 0 ? "true" : "false"),
                3 => (random.Next(2) == 0 ? "values" : "state", Values(random)),
                _ => (Name(random), Number(random)),
            });
            if (i > 1) text.Append(',');
            Space();
        }

        return text.Append('}').ToString();

        void Member((string Name, string Value) member)
        {
            text.Append('"').Append(member.Name).Append("\":");
            Space();
            text.Append(member.Value);
        }

        void Space()
        {
            if (random.Next(8) == 0) text.Append(" \t\r\n"[random.Next(4)]);
        }
    }

    private static string Values(Random random) => "{" + string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => $"\"{Name(random)}\":{Number(random)}")) + "}";

    private static string Name(Random random) => ((string[])["power", "port_temp", "voltage", "relay", "battery"])[random.Next(5)];

    private static string Whole(Random random) => random.NextInt64(random.Next(2) == 0 ? 100 : 2_000_000_000_000).ToString(CultureInfo.InvariantCulture);

    private static string Number(Random random) => random.Next(7) switch
    {
        0 => "true",
        1 => "false",
        2 => Whole(random),
        3 => "-" + Whole(random),
        4 => random.NextDouble().ToString("F15", CultureInfo.InvariantCulture),
        _ => ((random.NextDouble() - 0.5) * 1000).ToString("F" + random.Next(1, 6).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
    };

    private static void Damage(byte[] payload, Random random)
    {
        const string alphabet = "{}[]\",:.-+eE0123456789 ntrufalse\\";
        payload[random.Next(payload.Length)] = (byte)alphabet[random.Next(alphabet.Length)];
    }

    private static string Text(Observation o) =>
        $"{o.AtMs} {o.SkewMs} {o.ClockSkewed} {o.Sequence} {o.Sim} " + string.Join(' ', o.Readings.ToArray().Select(r => $"{r.Channel.Name}={BitConverter.DoubleToInt64Bits(r.Value):x} {r.Suspect}"));
}
