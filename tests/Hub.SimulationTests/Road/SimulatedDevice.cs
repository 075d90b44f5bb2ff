using System.Globalization;

namespace Hub.SimulationTests.Road;

/// <summary>One message on its way: what it says and whether it was on the wire before.</summary>
/// <param name="Id">Number no other message has.</param>
internal sealed record SimulatedMessage(long Id, string Topic, string Payload)
{
    public bool WasSent { get; set; }
}

/// <summary>A device with QoS 1: what it sent and saw no acknowledgement for, it sends again in order and with the DUP flag once the line is back.</summary>
/// <remarks>
/// Network's fault model: the line breaks before a message reached the hub, or after it did and before the acknowledgement came back; the
/// sender cannot tell which. Nothing is reordered within a connection: that is TCP's promise.
/// </remarks>
internal sealed class SimulatedDevice(string id, SimulatedKind kind, int window, Random random)
{
    private readonly Queue<SimulatedMessage> toSend = new();
    private long sequence = 100;
    private double temperature = 30;

    public string Id => id;

    /// <summary>Sent and not acknowledged, in order.</summary>
    public List<SimulatedMessage> InFlight { get; } = [];

    public bool Connected { get; private set; } = true;

    /// <summary>Tells connections apart: an acknowledgement of an earlier one reaches nobody.</summary>
    public int Connection { get; private set; }

    public bool HasRoom => InFlight.Count < window;

    public void Break() => Connected = false;

    /// <summary>Takes the line up again; everything in flight waits to be sent once more, before anything new.</summary>
    public void Connect()
    {
        Connected = true;
        Connection++;
        toSend.Clear();
        foreach (var message in InFlight) toSend.Enqueue(message);
    }

    /// <summary>The next message for the wire: one to be repeated, or a new one.</summary>
    public SimulatedMessage Next(ref long lastId, DateTimeOffset now)
    {
        if (toSend.TryDequeue(out var again)) return again;
        var message = Make(++lastId, now);
        InFlight.Add(message);
        return message;
    }

    public bool HasRepeats => toSend.Count > 0;

    private SimulatedMessage Make(long number, DateTimeOffset now)
    {
        var ms = now.ToUnixTimeMilliseconds();
        temperature = Math.Clamp(temperature + random.Next(-4, 6), 20, 95);
        if (random.Next(60) == 0) temperature = 25;
        var told = temperature > 90 ? 850 : temperature; // some readings are those of a broken sensor
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        return kind switch
        {
            SimulatedKind.Smoke when random.Next(6) == 0 => new(number, Topic("event"), Text($$"""{"seq":{{++sequence}},"ts":{{ms - random.Next(3000)}},"type":"{{(random.Next(3) == 0 ? "fire" : "smoke")}}","confidence":0.9,"values":{"n":{{number}}} }""")),
            SimulatedKind.Smoke => new(number, Topic("telemetry"), Text($$"""{"seq":{{++sequence}},"values":{"n":{{number}},"smoke":{{random.Next(30) / 10.0}}} }""")),
            SimulatedKind.Port => new(number, Topic("telemetry"), Text($$"""{"seq":{{++sequence}},"ts":{{ms}},"values":{"n":{{number}},"power":{{random.Next(20, 400)}},"port_temp":{{told}},"state":"{{(random.Next(40) == 0 ? "POISON" : "charging")}}"} }""")),
            SimulatedKind.Unnumbered => new(number, Topic("telemetry"), Text($$"""{"values":{"n":{{number}},"port_temp":{{told}},"power":{{random.Next(400)}}} }""")),
            SimulatedKind.Buffering => new(number, Topic("telemetry"), Text($$"""[{"seq":{{++sequence}},"ts":{{ms - random.Next(3_600_000)}},"values":{"n":{{number}},"power":1} },{"seq":{{++sequence}},"ts":{{ms}},"values":{"power":2} },{"seq":{{++sequence}},"ts":{{ms}},"values":{"power":{{random.Next(900)}}} }]""")),
            _ => new(number, Topic("telemetry"), Text($$"""{"broken {{number}};""")),
        };
    }

    private string Topic(string word) => $"hub/v1/{id}/{word}";
}

/// <summary>What a simulated device sends.</summary>
internal enum SimulatedKind
{
    /// <summary>Smoke readings, now and then an alarm.</summary>
    Smoke,

    /// <summary>A charger port that warms up; some of its texts are refused by the store.</summary>
    Port,

    /// <summary>Like a port, without running numbers: only the DUP flag tells a repetition.</summary>
    Unnumbered,

    /// <summary>Arrays of three, the first perhaps an hour old.</summary>
    Buffering,

    /// <summary>What no decoder reads.</summary>
    Broken,
}
