using System.Runtime.CompilerServices;

namespace Hub.Ingest;

/// <summary>
/// Remembers what a device sent last, to know a repetition: the newest running number with a bit for each of the 64 before it,
/// and the fingerprints of the last eight messages.
/// </summary>
/// <remarks>
/// A repetition is a number seen before, or, without numbers, the same bytes sent again with the DUP flag.
/// A device that starts again counts from the beginning: seen-before numbers are then new when they are 0 or 1 with other content
/// and without the DUP flag, or when their stamp is newer than any before. An event with other content than the last messages is new
/// whatever its number. What would be lost by guessing wrong is a reading; what would be gained, a count.
/// </remarks>
internal struct SequenceWindow
{
    private const int Bits = 64;
    private Fingerprints _recent;
    private byte _next;

    public SequenceWindow()
    {
    }

    /// <summary>Newest running number; -1 before the first.</summary>
    public long Highest { get; private set; } = -1;

    /// <summary>Bit i: number <see cref="Highest"/> − i was seen.</summary>
    public ulong Seen { get; private set; }

    /// <summary>Newest device stamp, milliseconds since 1970-01-01 UTC.</summary>
    public long NewestStampMs { get; private set; }

    /// <summary>Takes a message without a running number.</summary>
    /// <returns>True when it repeats an earlier one.</returns>
    public bool IsRepeated(uint fingerprint, bool dup)
    {
        if (dup && IsRecent(fingerprint)) return true;
        Remember(fingerprint);
        return false;
    }

    /// <summary>Takes a running number.</summary>
    /// <param name="sequence">The number, from 0.</param>
    /// <param name="fingerprint">Checksum of the content.</param>
    /// <param name="stampMs">The device's stamp, or 0.</param>
    /// <param name="dup">The sender says that it may have sent this before.</param>
    /// <param name="isEvent">It tells of an event.</param>
    /// <returns>True when it repeats an earlier one.</returns>
    public bool IsRepeated(long sequence, uint fingerprint, long stampMs, bool dup = false, bool isEvent = false)
    {
        var back = Highest - sequence;
        var seen = back is >= 0 and < Bits && (Seen >> (int)back & 1) != 0;
        var restarted = back >= 0 && (seen || back >= Bits) && !IsRecent(fingerprint) && ((sequence <= 1 && !dup) || stampMs > NewestStampMs);
        if (seen && !restarted)
        {
            // Devices that count each topic for itself, or not at all, give an alarm the number of a reading. One alarm too many is better than one lost.
            if (!isEvent || dup || IsRecent(fingerprint)) return true;
            Remember(fingerprint);
            return false;
        }

        if (Highest < 0 || restarted) (Highest, Seen) = (sequence, 1);
        else if (back < 0) (Highest, Seen) = (sequence, -back >= Bits ? 1 : (Seen << (int)-back) | 1);
        else if (back < Bits) Seen |= 1UL << (int)back;
        if (restarted) NewestStampMs = stampMs;
        else NewestStampMs = Math.Max(NewestStampMs, stampMs);
        Remember(fingerprint);
        return false;
    }

    public readonly void Save(ref StateWriter writer)
    {
        writer.Write(Highest);
        writer.Write((long)Seen);
        writer.Write(NewestStampMs);
        writer.Write(_next);
        foreach (var fingerprint in _recent) writer.Write((int)fingerprint);
    }

    public void Load(ref StateReader reader)
    {
        Highest = reader.ReadInt64();
        Seen = (ulong)reader.ReadInt64();
        NewestStampMs = reader.ReadInt64();
        _next = (byte)(reader.ReadByte() % Fingerprints.Length);
        for (var i = 0; i < Fingerprints.Length; i++) _recent[i] = (uint)reader.ReadInt32();
    }

    private readonly bool IsRecent(uint fingerprint) => ((ReadOnlySpan<uint>)_recent).Contains(fingerprint);

    private void Remember(uint fingerprint)
    {
        _recent[_next] = fingerprint;
        _next = (byte)((_next + 1) % Fingerprints.Length);
    }

    [InlineArray(Length)]
    private struct Fingerprints
    {
        public const int Length = 8;
        private uint _first;
    }
}
