using System.IO.Compression;
using System.Net;
using System.Text;

namespace Hub.SimulationTests.Road;

/// <summary>An InfluxDB 1.x in memory that fails on purpose, driven by one seed; it sits where the network would be.</summary>
/// <remarks>
/// Fault model: does not answer; answers 503 or 429; answers after having written everything, and the answer is lost; writes a part of the
/// batch and then fails; a bad line is refused with 400 while the rest of the batch is written, as the real one does. What was written stays.
/// </remarks>
internal sealed class SimulatedInflux(Random random) : HttpMessageHandler
{
    /// <summary>In a text it spoils the line.</summary>
    public const string Poison = "POISON";

    private readonly Dictionary<(string Device, long At), Dictionary<string, string>> points = [];

    /// <summary>Chance that a request goes wrong.</summary>
    public double Faults { get; set; }

    public int Failures { get; private set; }

    public int Repeats { get; private set; }

    /// <summary>Points of each device in the order they first came.</summary>
    public Dictionary<string, List<long>> FirstSeen { get; } = new(StringComparer.Ordinal);

    /// <summary>Every field of every point: <c>device|milliseconds|field=value</c>.</summary>
    public IEnumerable<string> Fields() => points.SelectMany(p => p.Value.Select(f => $"{p.Key.Device}|{p.Key.At / 1_000_000}|{f.Key}={f.Value}"));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (random.NextDouble() < Faults && path != "/write") throw Lost();
        if (path == "/ping") return new HttpResponseMessage(HttpStatusCode.NoContent) { Headers = { { "X-Influxdb-Version", "1.8.10" } } };
        if (path == "/query") return Json("""{"results":[{"series":[{"name":"databases","columns":["name"],"values":[["hub"]]}]}]}""");
        var lines = await LinesAsync(request, cancellationToken);
        if (random.NextDouble() < Faults)
        {
            Failures++;
            switch (random.Next(5))
            {
                case 0: throw Lost();
                case 1: return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("""{"error":"simulated"}""") };
                case 2: return new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new StringContent("busy") };
                case 3:
                    Write(lines);
                    throw Lost();
                default:
                    Write(lines[..random.Next(lines.Length)]);
                    return new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new StringContent("""{"error":"partial write: timeout"}""") };
            }
        }

        return Write(lines) ? new HttpResponseMessage(HttpStatusCode.NoContent) : new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent("""{"error":"unable to parse: bad line dropped=0"}""") };
    }

    private static HttpRequestException Lost() => new("simulated: connection reset");

    private static HttpResponseMessage Json(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private static async Task<string[]> LinesAsync(HttpRequestMessage request, CancellationToken stop)
    {
        await using var body = await request.Content!.ReadAsStreamAsync(stop);
        await using var plain = new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return (await reader.ReadToEndAsync(stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private bool Write(ReadOnlySpan<string> lines)
    {
        var good = true;
        foreach (var line in lines)
        {
            if (line.Contains(Poison, StringComparison.Ordinal)) good = false;
            else Write(line);
        }

        return good;
    }

    private void Write(string line)
    {
        var parts = line.Split(' ');
        var device = parts[0]["readings,device=".Length..];
        var at = long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture);
        if (points.TryGetValue((device, at), out var fields)) Repeats++;
        else
        {
            points[(device, at)] = fields = new(StringComparer.Ordinal);
            if (!FirstSeen.TryGetValue(device, out var seen)) FirstSeen[device] = seen = [];
            seen.Add(at);
        }

        foreach (var field in parts[1].Split(',')) fields[field[..field.IndexOf('=', StringComparison.Ordinal)]] = field[(field.IndexOf('=', StringComparison.Ordinal) + 1)..];
    }
}
