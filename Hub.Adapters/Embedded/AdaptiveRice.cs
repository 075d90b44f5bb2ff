using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hub.Adapters.Embedded;

/// <summary>A Rice code whose parameter follows the running mean of what it codes; writer and reader keep the same state.</summary>
/// <remarks>
/// A number n is written as q = n >> k ones, a zero and the low k bits; sixteen ones announce the rare big number:
/// its length less one in 6 bits, then its bits. Near-optimal for the two-sided geometric steps that sensors make,
/// without a table and without a division.
/// </remarks>
internal struct AdaptiveRice(ulong start)
{
    /// <summary>Bit length that a caller may use for an escape of its own, if its numbers never need it.</summary>
    public const int EscapeLength = 64;

    private const int OverflowOnes = 16;
    private const ulong MostLearnt = 1UL << 50;     // so that the sum cannot overflow
    private ulong sum = start * 16;     // sixteen times the running mean

    /// <summary>Maps a signed step to an unsigned number, small to small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Fold(long step) => (ulong)((step << 1) ^ (step >> 63));

    /// <summary>Undoes <see cref="Fold"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Unfold(ulong folded) => (long)(folded >> 1) ^ -(long)(folded & 1);

    /// <summary>Writes one number.</summary>
    public void Write(ref BitWriter bits, ulong number)
    {
        var k = Parameter;
        var ones = number >> k;
        if (ones < OverflowOnes)
        {
            var prefix = ((1UL << (int)ones) - 1) << (k + 1);
            bits.Write(prefix | (number & ((1UL << k) - 1)), (int)ones + 1 + k);
        }
        else
        {
            var length = 64 - BitOperations.LeadingZeroCount(number);
            bits.Write((((1UL << OverflowOnes) - 1) << 6) | (uint)(length - 1), OverflowOnes + 6);
            bits.Write(number, length);
        }

        Learn(number);
    }

    /// <summary>Writes 64 bits that are not a number of this code; only for callers whose numbers are shorter than 64 bits.</summary>
    public static void WriteEscape(ref BitWriter bits, ulong raw)
    {
        bits.Write((((1UL << OverflowOnes) - 1) << 6) | (EscapeLength - 1), OverflowOnes + 6);
        bits.Write(raw, 64);
    }

    /// <summary>Reads one number. With <paramref name="escapes"/>, a number of 64 bits is the raw escape: it is returned and not learnt from.</summary>
    public ulong Read(ref BitReader bits, bool escapes, out bool escaped)
    {
        escaped = false;
        var k = Parameter;
        var ones = bits.ReadOnes(OverflowOnes);
        ulong number;
        if (ones < OverflowOnes)
        {
            number = (ulong)ones << k;
            if (k > 0) number |= bits.Read(k);
        }
        else
        {
            var length = (int)bits.Read(6) + 1;
            number = bits.Read(length);
            if (escapes && length == EscapeLength)
            {
                escaped = true;
                return number;
            }
        }

        Learn(number);
        return number;
    }

    // A code word of at most 15 ones, a zero and 40 bits fits one write.
    private readonly int Parameter => Math.Min(64 - BitOperations.LeadingZeroCount(sum >> 5), 40);

    // An outlier counts as eight times the mean at most, so one gap does not spoil the code for what follows.
    private void Learn(ulong number) => sum = sum - (sum >> 4) + Math.Min(number, Math.Min((sum >> 1) + 64, MostLearnt));
}
