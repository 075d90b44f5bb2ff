using System.Text;
using Hub.Core.Devices;
using Hub.Core.Ports;

namespace Hub.Ingest;

/// <summary>
/// The last messages the door refused, and how many of each device's, since the start. Slots are made once and written over, so that
/// a flood of refusals costs a short lock and no memory; a refused message is not in the journal and its sender was told.
/// </summary>
public sealed class Refusals : IRefusals
{
    private const int Kept = 1_000;
    private const int MostTopicBytes = 256;
    private const int MostPayloadBytes = 256;

    private readonly Lock gate = new();
    private readonly Slot[] slots = new Slot[Kept];
    private readonly Dictionary<int, long[]> ofDevice = []; // by the device's index: bounded by the registry
    private long count;

    /// <inheritdoc/>
    public IReadOnlyList<DoorRefusal> Newest(int limit)
    {
        lock (gate)
        {
            var newest = new List<DoorRefusal>(Math.Min(limit, Kept));
            for (var number = count; number > Math.Max(0, count - Math.Min(limit, Kept)); number--) newest.Add(slots[(number - 1) % Kept].ToRefusal(number));
            return newest;
        }
    }

    internal void Add(RejectReason reason, long atMs, ReadOnlySpan<byte> topic, string clientId, in System.Buffers.ReadOnlySequence<byte> payload, Device? device)
    {
        lock (gate)
        {
            if (device is not null)
            {
                if (!ofDevice.TryGetValue(device.Index, out var counts)) ofDevice[device.Index] = counts = new long[RejectReasons.Count];
                counts[(int)reason]++;
            }

            ref var slot = ref slots[count++ % Kept];
            slot.Bytes ??= new byte[MostTopicBytes + MostPayloadBytes];
            slot.TopicLength = Math.Min(topic.Length, MostTopicBytes);
            topic[..slot.TopicLength].CopyTo(slot.Bytes);
            var kept = payload.Slice(0, Math.Min(payload.Length, MostPayloadBytes));
            slot.PayloadLength = (int)kept.Length;
            System.Buffers.BuffersExtensions.CopyTo(kept, slot.Bytes.AsSpan(MostTopicBytes));
            (slot.AtMs, slot.Reason, slot.ClientId, slot.PayloadBytes) = (atMs, reason, clientId, payload.Length);
        }
    }

    /// <summary>How many of a device's messages were refused since the start, by word of the reason.</summary>
    internal IReadOnlyDictionary<string, long> Of(Device device)
    {
        lock (gate)
        {
            var words = new Dictionary<string, long>(StringComparer.Ordinal);
            if (!ofDevice.TryGetValue(device.Index, out var counts)) return words;
            for (var i = 0; i < counts.Length; i++)
            {
                if (counts[i] > 0) words[((RejectReason)i).Word()] = counts[i];
            }

            return words;
        }
    }

    private struct Slot
    {
        public byte[]? Bytes; // topic, then payload
        public int TopicLength;
        public int PayloadLength;
        public long AtMs;
        public RejectReason Reason;
        public string ClientId;
        public long PayloadBytes;

        public readonly DoorRefusal ToRefusal(long number) => new(
            number, AtMs, Encoding.UTF8.GetString(Bytes.AsSpan(0, TopicLength)), ClientId, Reason.Word(), Bytes.AsSpan(MostTopicBytes, PayloadLength).ToArray(), PayloadBytes);
    }
}
