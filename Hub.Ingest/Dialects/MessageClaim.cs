using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>What a dialect reads out of a topic.</summary>
/// <param name="DeviceStart">First byte of the device id in the topic.</param>
/// <param name="DeviceLength">Bytes of the device id.</param>
/// <param name="Kind">What the message is.</param>
internal readonly record struct MessageClaim(int DeviceStart, int DeviceLength, MessageKind Kind)
{
    public ReadOnlySpan<byte> DeviceId(ReadOnlySpan<byte> topic) => topic.Slice(DeviceStart, DeviceLength);
}
