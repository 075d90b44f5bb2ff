using Hub.Ingest;
using Hub.Mqtt;
using Microsoft.Extensions.Configuration;

namespace Hub.Settings;

internal enum ReadingsStoreKind { Embedded, Influxdb }

internal enum DatabaseProvider { Sqlite }

internal enum JournalProvider { Local }

/// <summary>Everything that can be set, read and checked once at the start. Keys are those of the manual (docs/configuration.md).</summary>
internal sealed class HubSettings
{
    public required string DataDir { get; init; }

    public required string Bind { get; init; }

    public required int HttpPort { get; init; }

    public required int MqttPort { get; init; }

    public required int MqttTlsPort { get; init; }

    public required string? TlsCertificate { get; init; }

    public required string? TlsKey { get; init; }

    public required string? ClientCa { get; init; }

    public required SourceSettings? Source { get; init; }

    public required bool Anonymous { get; init; }

    public required MqttOptions Mqtt { get; init; }

    public required SignInOptions SignIn { get; init; }

    public required int DeviceRate { get; init; }

    public required UnknownDevices UnknownDevices { get; init; }

    public required ReadingsStoreKind Readings { get; init; }

    public required InfluxSettings? Influx { get; init; }

    public required int Lanes { get; init; }

    public required long SegmentBytes { get; init; }

    public required long ReserveBytes { get; init; }

    public required RetentionSettings Retention { get; init; }

    public required string RulesDirectory { get; init; }

    public required double ClockSpeed { get; init; }

    public required DateTimeOffset? ClockStart { get; init; }

    public required string? BootstrapToken { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Reads the settings; throws <see cref="SettingsException"/> with every fault.</summary>
    public static HubSettings Read(IConfiguration configuration)
    {
        var read = new SettingsReader(configuration);
        var settings = Read(read);
        read.RefuseUnknown("Hub");
        return read.Faults.Count == 0 ? settings : throw new SettingsException(read.Faults);
    }

    private static HubSettings Read(SettingsReader read)
    {
        var readings = read.Choice("Hub:Readings:Store", ReadingsStoreKind.Embedded);
        _ = read.Choice("Hub:Database:Provider", DatabaseProvider.Sqlite);
        _ = read.Choice("Hub:Journal:Provider", JournalProvider.Local);
        var roles = read.Words("Hub:Roles");
        if (roles.Count > 0 && !roles.Contains("all")) read.Fault("Hub:Roles", string.Join(',', roles), "all: one process plays every role with the embedded journal and database");
        var tlsPort = read.Int("Hub:Mqtt:TlsPort", 0, 0, 65_535);
        var certificate = read.Text("Hub:Mqtt:Certificate") is { Length: > 0 } c ? c : null;
        if (tlsPort > 0 && certificate is null) read.Fault("Hub:Mqtt:Certificate", "", "the path of a PEM certificate while Hub:Mqtt:TlsPort is set");
        var clientCa = read.Text("Hub:Mqtt:ClientCa") is { Length: > 0 } ca ? ca : null;
        if (clientCa is not null && tlsPort == 0) read.Fault("Hub:Mqtt:ClientCa", clientCa, "a bundle of authorities while Hub:Mqtt:TlsPort is set: certificates are shown over TLS only");
        return new HubSettings
        {
            DataDir = Path.GetFullPath(read.Text("Hub:DataDir", "data")),
            Bind = Address(read, read.Text("Hub:Bind", "0.0.0.0")),
            HttpPort = read.Int("Hub:Http:Port", 8080, 0, 65_535),
            MqttPort = read.Int("Hub:Mqtt:Port", 1883, -1, 65_535),
            MqttTlsPort = tlsPort,
            TlsCertificate = certificate,
            TlsKey = read.Text("Hub:Mqtt:CertificateKey") is { Length: > 0 } k ? k : null,
            ClientCa = clientCa,
            Source = SourceSettings.Read(read),
            Anonymous = read.Flag("Hub:Mqtt:Anonymous", false),
            Mqtt = MqttLimits.Read(read),
            DeviceRate = read.Int("Hub:Ingest:DeviceRate", 1_000, 0, 1_000_000),
            SignIn = MqttLimits.ReadSignIn(read),
            UnknownDevices = read.Choice("Hub:Ingest:UnknownDevices", UnknownDevices.Quarantine),
            Readings = readings,
            Influx = InfluxSettings.Read(read, required: readings == ReadingsStoreKind.Influxdb),
            Lanes = read.Int("Hub:Journal:Lanes", 2, 1, 64),
            SegmentBytes = read.Long("Hub:Journal:SegmentBytes", 64L << 20, 1L << 20, 1L << 30),
            ReserveBytes = read.Long("Hub:Journal:ReserveBytes", 256L << 20, 0, 1L << 40),
            Retention = RetentionSettings.Read(read),
            RulesDirectory = Path.GetFullPath(read.Text("Hub:Rules:Directory", Path.Combine(AppContext.BaseDirectory, "rules"))),
            ClockSpeed = read.Number("Hub:Clock:Speed", 1, 0.01, 10_000),
            ClockStart = read.Instant("Hub:Clock:Start"),
            BootstrapToken = Bootstrap(read),
            Zone = ReadZone(read),
        };
    }

    private static string Address(SettingsReader read, string text)
    {
        if (text is "localhost") return "127.0.0.1";
        if (text is "*" or "any") return "0.0.0.0";
        if (!System.Net.IPAddress.TryParse(text, out _)) read.Fault("Hub:Bind", text, "an IP address such as 127.0.0.1, 0.0.0.0 or ::");
        return text;
    }

    private static string? Bootstrap(SettingsReader read)
    {
        var token = read.Secret("Hub:Auth:BootstrapToken");
        if (token is { Length: < 8 }) read.Fault("Hub:Auth:BootstrapToken", $"{token.Length} characters", "at least 8 characters");
        return token;
    }

    private static TimeZoneInfo ReadZone(SettingsReader read)
    {
        var id = read.Text("Hub:TimeZone", "Asia/Shanghai");
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        // A slim machine may have no zone data; China keeps UTC+8 all year.
        if (id != "Asia/Shanghai") read.Fault("Hub:TimeZone", id, "the id of a time zone this machine knows, such as Asia/Shanghai");
        return TimeZoneInfo.CreateCustomTimeZone("Asia/Shanghai", TimeSpan.FromHours(8), "UTC+8", "UTC+8");
    }
}
