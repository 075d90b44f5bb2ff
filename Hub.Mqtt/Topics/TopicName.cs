namespace Hub.Mqtt.Topics;

/// <summary>Checks of topic names and filters (both standards, section 4.7). UTF-8 is checked by the packet reader.</summary>
internal static class TopicName
{
    /// <summary>At least one character, no wildcard, no U+0000 [MQTT-3.3.2-2], [MQTT-4.7.3-1].</summary>
    public static bool IsValid(ReadOnlySpan<byte> topic) => !topic.IsEmpty && topic.IndexOfAny((byte)'+', (byte)'#', (byte)0) < 0;

    /// <summary>How many separators it holds: one fewer than it has levels.</summary>
    public static int Separators(ReadOnlySpan<byte> topic) => topic.Count((byte)'/');
}
