using Microsoft.Extensions.Logging;

namespace Hub.Mqtt.Server;

/// <summary>All log lines of the endpoint.</summary>
internal static partial class EndpointLog
{
    [LoggerMessage(1, LogLevel.Warning, "MQTT client {ClientId} at {Address} closed: {Fault} (reason 0x{Reason:X2}; {Others} more since the last such line)")]
    public static partial void Refused(this ILogger log, string clientId, string address, string fault, int reason, long others);

    [LoggerMessage(2, LogLevel.Debug, "MQTT client {ClientId} connected from {Address}, version {Version}, session present {Present}")]
    public static partial void Connected(this ILogger log, string clientId, string address, MqttVersion version, bool present);

    [LoggerMessage(3, LogLevel.Debug, "MQTT client {ClientId} gone: {Reason}")]
    public static partial void Gone(this ILogger log, string clientId, ReasonCode reason);

    [LoggerMessage(4, LogLevel.Error, "Will of MQTT client {ClientId} could not be published")]
    public static partial void WillLost(this ILogger log, Exception fault, string clientId);

    [LoggerMessage(5, LogLevel.Error, "MQTT connection of {ClientId} ended by a fault of the hub; what was not acknowledged will be sent again")]
    public static partial void Broken(this ILogger log, Exception fault, string clientId);

    [LoggerMessage(7, LogLevel.Warning, "{Bytes} bytes and {Strange} records of the MQTT session log could not be read: the last moments before a crash, or a damaged disk. What they said of sessions and retained messages is lost")]
    public static partial void SessionsDamaged(this ILogger log, long bytes, int strange);

    [LoggerMessage(6, LogLevel.Error, "MQTT heartbeat failed")]
    public static partial void HeartbeatFailed(this ILogger log, Exception fault);

    [LoggerMessage(9, LogLevel.Warning, "MQTT client {ClientId} at {Address} is in quarantine until {Until:O}: it published more than {Rate} messages a second for too long")]
    public static partial void Quarantined(this ILogger log, string clientId, string address, int rate, DateTimeOffset until);

    [LoggerMessage(7, LogLevel.Information, "{Key}: {Files} changed and is in force")]
    public static partial void CertificateRenewed(this ILogger log, string key, string files);

    [LoggerMessage(8, LogLevel.Warning, "{Key}: {Files} changed and cannot be used ({Fault}); the earlier one stays in force")]
    public static partial void CertificateKept(this ILogger log, string key, string files, string fault);
}
