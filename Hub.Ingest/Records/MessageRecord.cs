using System.Buffers.Binary;

namespace Hub.Ingest;

/// <summary>What kind of record stands in a lane. The numbers are on disk: only add.</summary>
internal enum RecordKind : byte
{
    Message = 1,
    Tick = 2,
    Directive = 3,
}

/// <summary>
/// A message as it stands in the journal, little-endian:
/// <code>
///  0  u8   1
///  1  u8   flags: 1 the sender set DUP, 2 a last will, 4 QoS 0, 8 taken again after it could not be decoded, 16 the hub speaks about the device
///  2  i64  arrival, milliseconds since 1970-01-01 UTC
/// 10  u16  bytes of the topic
/// 12  topic (UTF-8), then the payload to the end
/// </code>
/// </summary>
internal readonly ref struct MessageRecord
{
    public const int HeadBytes = 12;
    public const byte DupFlag = 1;
    public const byte WillFlag = 2;
    public const byte Qos0Flag = 4;
    public const byte AgainFlag = 8;
    public const byte HubFlag = 16;

    private MessageRecord(byte flags, long arrivalMs, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        Flags = flags;
        ArrivalMs = arrivalMs;
        Topic = topic;
        Payload = payload;
    }

    public byte Flags { get; }
    public long ArrivalMs { get; }
    public ReadOnlySpan<byte> Topic { get; }
    public ReadOnlySpan<byte> Payload { get; }

    public static void WriteHead(Span<byte> head, byte flags, long arrivalMs, int topicLength)
    {
        head[0] = (byte)RecordKind.Message;
        head[1] = flags;
        BinaryPrimitives.WriteInt64LittleEndian(head[2..], arrivalMs);
        BinaryPrimitives.WriteUInt16LittleEndian(head[10..], (ushort)topicLength);
    }

    public static bool TryRead(ReadOnlySpan<byte> body, out MessageRecord record)
    {
        record = default;
        if (body.Length < HeadBytes || body[0] != (byte)RecordKind.Message) return false;
        var topicLength = BinaryPrimitives.ReadUInt16LittleEndian(body[10..]);
        if (body.Length < HeadBytes + topicLength) return false;
        record = new MessageRecord(body[1], BinaryPrimitives.ReadInt64LittleEndian(body[2..]), body.Slice(HeadBytes, topicLength), body[(HeadBytes + topicLength)..]);
        return true;
    }
}
