namespace Hub.Dashboard;

/// <summary>Settings of the screen's server.</summary>
public sealed class DashboardOptions
{
    /// <summary>Folder for the keys of sign-in cookies and for evidence files. Empty keeps neither: cookies end with the process and uploads are refused.</summary>
    public string DataDir { get; set; } = "";

    /// <summary>Folder of the built pages. Default: <c>wwwroot</c> beside the program.</summary>
    public string WebRoot { get; set; } = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    /// <summary>An admin bearer token for automation; empty for none. At least <see cref="LeastTokenLength"/> characters.</summary>
    public string BootstrapToken { get; set; } = "";

    /// <summary>Zone of the times in the API and of what "today" means. Default: China Standard Time.</summary>
    public TimeZoneInfo TimeZone { get; set; } = ChinaStandardTime();

    /// <summary>Seconds of the hub's clock in one second of ours; pages show it when it is not 1.</summary>
    public double ClockSpeed { get; set; } = 1;

    /// <summary>Since when the hub's clock runs evenly, milliseconds since 1970-01-01 UTC: what arrived before has no delay worth measuring. Default: always did.</summary>
    public Func<long> ClockEvenSinceMs { get; set; } = static () => 0;

    /// <summary>Hours a sign-in lasts without use. Default 12: one long shift.</summary>
    public int SessionHours { get; set; } = 12;

    /// <summary>Largest piece of evidence in bytes. Default 8 MiB: a phone's photo.</summary>
    public int EvidenceBytes { get; set; } = 8 << 20;

    /// <summary>Milliseconds after which the case log is looked at even when nobody announced news: another node may have written. Default 1,000.</summary>
    public int FollowMs { get; set; } = 1_000;

    /// <summary>Shortest bootstrap token: anything less could be guessed.</summary>
    public const int LeastTokenLength = 8;

    /// <summary>Null when the settings are sound, else a line that names the key, the value and what is allowed.</summary>
    public string? Check() => this switch
    {
        { BootstrapToken.Length: > 0 and < LeastTokenLength } =>
            $"Hub:Auth:BootstrapToken has {BootstrapToken.Length} characters; allowed: none, or at least {LeastTokenLength}",
        { SessionHours: < 1 or > 24 * 31 } => $"SessionHours is {SessionHours}; allowed: 1 to {24 * 31}",
        { EvidenceBytes: < 1 or > 64 << 20 } => $"EvidenceBytes is {EvidenceBytes}; allowed: 1 to {64 << 20}",
        { FollowMs: < 20 or > 60_000 } => $"FollowMs is {FollowMs}; allowed: 20 to 60000",
        _ => null,
    };

    private static TimeZoneInfo ChinaStandardTime() =>
        TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out var zone)
            ? zone
            : TimeZoneInfo.CreateCustomTimeZone("Asia/Shanghai", TimeSpan.FromHours(8), "China Standard Time", "China Standard Time");
}
