namespace Hub.Mqtt;

/// <summary>The broker refused, broke the protocol or could not be reached.</summary>
public sealed class MqttClientException(string message, ReasonCode reason = ReasonCode.UnspecifiedError, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The broker's reason, where it gave one.</summary>
    public ReasonCode Reason { get; } = reason;
}
