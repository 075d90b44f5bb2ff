namespace Hub.Adapters.Influx;

/// <summary>Which HTTP dialect the server speaks.</summary>
public enum InfluxDbVersion
{
    /// <summary>Ask the server.</summary>
    Auto = 0,

    /// <summary>1.x: databases, user and password.</summary>
    V1 = 1,

    /// <summary>2.x: buckets of an organisation, tokens.</summary>
    V2 = 2,

    /// <summary>3.x: databases, tokens.</summary>
    V3 = 3,
}

/// <summary>Settings of the InfluxDB store: <c>Hub:Readings:InfluxDb</c>.</summary>
public sealed class InfluxDbOptions
{
    /// <summary>Where the server is, for example <c>http://127.0.0.1:8086</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Folder for the checkpoint and for lines the server refused. <c>Hub:DataDir</c>.</summary>
    public required string DataDir { get; init; }

    /// <summary>Dialect; asked of the server by default.</summary>
    public InfluxDbVersion Version { get; init; }

    /// <summary>Database of 1.x and 3.x. Made when the server lets us.</summary>
    public string Database { get; init; } = "hub";

    /// <summary>Organisation of 2.x.</summary>
    public string Org { get; init; } = "hub";

    /// <summary>Bucket of 2.x; the database name when null. Made when the server lets us.</summary>
    public string? Bucket { get; init; }

    /// <summary>Token of 2.x and 3.x.</summary>
    public string? Token { get; init; }

    /// <summary>User of 1.x.</summary>
    public string? Username { get; init; }

    /// <summary>Password of 1.x.</summary>
    public string? Password { get; init; }

    /// <summary>How long a database that we make keeps its points, in days; 0 for ever. An existing database keeps its own rule. Default two years.</summary>
    public int RetentionDays { get; init; } = 730;

    /// <summary>Most lines in one request. Default 5,000: what the makers advise.</summary>
    public int BatchLines { get; init; } = 5_000;

    /// <summary>Most bytes in one request before compression. Default 2 MiB, well under the 10 MiB and 25 MiB that servers refuse.</summary>
    public int BatchBytes { get; init; } = 2 << 20;

    /// <summary>Bytes of lines that may wait for a commit. Default 256 MiB, so that a caller who never commits cannot fill memory.</summary>
    public long MostUncommittedBytes { get; init; } = 256L << 20;

    /// <summary>Times a request is tried again, with doubling pauses and jitter, before the commit says "try later". Default 4.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>First pause before a retry. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long one request may take. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The way to the server; null for the network. A simulated server takes its place in tests.</summary>
    internal HttpMessageHandler? Handler { get; init; }

    internal string BucketName => Bucket ?? Database;
}
