namespace Hub.Settings;

/// <summary>Where readings go when an InfluxDB is configured.</summary>
internal sealed record InfluxSettings(Uri Url, string Version, string Database, string Org, string Bucket, string? Token, string? Username, string? Password)
{
    public static InfluxSettings? Read(SettingsReader read, bool required)
    {
        var url = read.Url("Hub:Readings:InfluxDb:Url", "http", "https");
        var version = read.Text("Hub:Readings:InfluxDb:Version", "auto");
        if (version is not ("auto" or "1" or "2" or "3")) read.Fault("Hub:Readings:InfluxDb:Version", version, "auto | 1 | 2 | 3");
        var settings = new InfluxSettings(
            url ?? new Uri("http://127.0.0.1:8086"),
            version,
            read.Text("Hub:Readings:InfluxDb:Database", "hub"),
            read.Text("Hub:Readings:InfluxDb:Org", "hub"),
            read.Text("Hub:Readings:InfluxDb:Bucket", "hub"),
            read.Secret("Hub:Readings:InfluxDb:Token"),
            read.Text("Hub:Readings:InfluxDb:Username") is { Length: > 0 } user ? user : null,
            read.Secret("Hub:Readings:InfluxDb:Password"));
        if (required && url is null) read.Fault("Hub:Readings:InfluxDb:Url", "", "a URL such as http://127.0.0.1:8086 while Hub:Readings:Store is influxdb");
        return required ? settings : null;
    }
}
