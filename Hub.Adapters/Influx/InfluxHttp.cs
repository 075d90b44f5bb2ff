using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hub.Core.Ports;

namespace Hub.Adapters.Influx;

/// <summary>The server did not take a request, and says it is the request's fault.</summary>
internal sealed class InfluxRefusedException(HttpStatusCode status, string reason) : Exception(reason)
{
    public HttpStatusCode Status { get; } = status;
}

/// <summary>The server did not answer or is too busy: the same request may pass later.</summary>
internal sealed class InfluxBusyException(string reason, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(reason, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>One server: what it speaks, how we sign in, and the three requests we make of it.</summary>
internal sealed class InfluxHttp : IDisposable
{
    private readonly InfluxDbOptions options;
    private readonly HttpClient client;

    public InfluxHttp(InfluxDbOptions options)
    {
        this.options = options;
        Version = options.Version;
        client = new HttpClient(options.Handler ?? new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AutomaticDecompression = DecompressionMethods.GZip })
        {
            BaseAddress = new Uri(options.Url.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = options.RequestTimeout,
        };
    }

    /// <summary>What the server speaks; <see cref="InfluxDbVersion.Auto"/> until it was asked.</summary>
    public InfluxDbVersion Version { get; private set; }

    /// <summary>What the server calls its version; empty when it was not asked.</summary>
    public string ServerVersion { get; private set; } = "";

    /// <summary>Asks the server what it is, unless the settings say it.</summary>
    public async Task FindVersionAsync(CancellationToken stop)
    {
        if (Version != InfluxDbVersion.Auto) return;
        using var request = new HttpRequestMessage(HttpMethod.Get, "ping");
        using var response = await SendAsync(request, stop).ConfigureAwait(false);
        if ((int)response.StatusCode is 408 or 429 or >= 500)      // a proxy before a server that is starting
            throw new InfluxBusyException($"{client.BaseAddress}ping answered {(int)response.StatusCode}", response.Headers.RetryAfter?.Delta);
        var found = response.Headers.TryGetValues("X-Influxdb-Version", out var values) ? values.First() : await VersionInBodyAsync(response, stop).ConfigureAwait(false);
        ServerVersion = found.TrimStart('v');
        Version = ServerVersion.Split('.')[0] switch
        {
            "1" => InfluxDbVersion.V1,
            "2" => InfluxDbVersion.V2,
            "3" => InfluxDbVersion.V3,
            _ => throw new InvalidDataException($"{client.BaseAddress}ping answered {(int)response.StatusCode} with version '{found}'; expected an InfluxDB 1, 2 or 3. Check Hub:Readings:InfluxDb:Url, or name the dialect in Hub:Readings:InfluxDb:Version"),
        };
    }

    /// <summary>Writes lines (line protocol, nanoseconds).</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> body, bool gzipped, CancellationToken stop)
    {
        var uri = Version == InfluxDbVersion.V1
            ? $"write?db={Uri.EscapeDataString(options.Database)}"
            : $"api/v2/write?org={Uri.EscapeDataString(options.Org)}&bucket={Uri.EscapeDataString(Version == InfluxDbVersion.V2 ? options.BucketName : options.Database)}&precision=ns";
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain") { CharSet = "utf-8" };
        if (gzipped) request.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await SendAsync(request, stop).ConfigureAwait(false);
        await ThrowUnlessGoodAsync(response, stop).ConfigureAwait(false);
    }

    /// <summary>Runs InfluxQL; times come back as nanoseconds.</summary>
    public async Task<JsonDocument> QueryAsync(string influxQl, CancellationToken stop)
    {
        var database = Version == InfluxDbVersion.V2 ? options.BucketName : options.Database;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"query?db={Uri.EscapeDataString(database)}&epoch=ns")
        {
            Content = new FormUrlEncodedContent([new("q", influxQl)]),
        };
        using var response = await SendAsync(request, stop).ConfigureAwait(false);
        await ThrowUnlessGoodAsync(response, stop).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        var answer = await JsonDocument.ParseAsync(body, default, stop).ConfigureAwait(false);
        InfluxAnswer.ThrowOnFault(answer);
        return answer;
    }

    /// <summary>Sends JSON to a management address; the answer is given whatever its status.</summary>
    public async Task<(HttpStatusCode Status, JsonDocument? Body)> ManageAsync(HttpMethod method, string uri, object? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, uri);
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await SendAsync(request, stop).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
        try
        {
            return (response.StatusCode, text.Length == 0 ? null : JsonDocument.Parse(text));
        }
        catch (JsonException)
        {
            return (response.StatusCode, null);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        request.Headers.Authorization = Authorization();
        try
        {
            return await client.SendAsync(request, stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new InfluxBusyException($"{client.BaseAddress} does not answer: {fault.Message}", null, fault);
        }
    }

    private AuthenticationHeaderValue? Authorization()
    {
        if (options.Token is { Length: > 0 } token)
            return new AuthenticationHeaderValue(Version == InfluxDbVersion.V3 ? "Bearer" : "Token", token);
        return options.Username is { Length: > 0 } user
            ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}")))
            : null;
    }

    private static async Task ThrowUnlessGoodAsync(HttpResponseMessage response, CancellationToken stop)
    {
        if (response.IsSuccessStatusCode) return;
        var text = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
        var reason = ReasonIn(text, response);
        var status = (int)response.StatusCode;
        if (status is 429 or 408 || status >= 500)
            throw new InfluxBusyException($"the server answered {status}: {reason}", response.Headers.RetryAfter?.Delta);
        throw new InfluxRefusedException(response.StatusCode, reason);
    }

    // 1.x says {"error":…}, 2.x {"code":…,"message":…}, 3.x {"error":…,"data":[{"error_message":…}]}.
    private static string ReasonIn(string text, HttpResponseMessage response)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var reason = root.TryGetProperty("error", out var error) ? error.ToString() : root.TryGetProperty("message", out var message) ? message.ToString() : text;
            if (root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array && data.GetArrayLength() > 0 && data[0].TryGetProperty("error_message", out var first))
                reason += ": " + first;
            return Short(reason);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return text.Length > 0 ? Short(text) : response.ReasonPhrase ?? response.StatusCode.ToString();
        }
    }

    private static string Short(string text) => text.Length <= 300 ? text : text[..300] + "…";

    private static async Task<string> VersionInBodyAsync(HttpResponseMessage response, CancellationToken stop)
    {
        try
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false));
            return json.RootElement.TryGetProperty("version", out var version) ? version.ToString() : "";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
