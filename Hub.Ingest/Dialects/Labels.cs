using System.Buffers;

namespace Hub.Ingest;

/// <summary>
/// What a device may say in words: a short label of plain characters. Names, telephone and identity numbers, and pictures do not
/// get through: the hub keeps counts and places, people stay at the edge.
/// </summary>
internal static class Labels
{
    public const int MaxLabelBytes = 48;
    public const int MaxReferenceBytes = 256;
    public const int MaxNameBytes = 64;

    // As many digits in a row belong to a telephone (11), an identity (18) or a bank card (16), never to a state or a version.
    private const int MostDigitsInRow = 10;

    private static readonly SearchValues<byte> labelBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:+/#-% ()"u8);

    private static readonly SearchValues<byte> nameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8);

    private static readonly SearchValues<byte> referenceBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:+/#-%?=&~@,"u8);

    /// <summary>A state, version, zone or type.</summary>
    public static bool IsLabel(ReadOnlySpan<byte> text) =>
        text.Length is >= 1 and <= MaxLabelBytes && !text.ContainsAnyExcept(labelBytes) && !HasLongNumber(text);

    /// <summary>The name of a channel.</summary>
    public static bool IsName(ReadOnlySpan<byte> text) => text.Length is >= 1 and <= MaxNameBytes && !text.ContainsAnyExcept(nameBytes);

    /// <summary>Where a picture lies at the edge: a path or address, not the picture itself.</summary>
    public static bool IsReference(ReadOnlySpan<byte> text) =>
        text.Length is >= 1 and <= MaxReferenceBytes && !text.ContainsAnyExcept(referenceBytes) && !text.StartsWith("data:"u8);

    /// <summary>Whether it holds a run of digits too long for anything but a person's numbers.</summary>
    public static bool HasLongNumber(ReadOnlySpan<byte> text)
    {
        var run = 0;
        foreach (var b in text)
        {
            run = b is >= (byte)'0' and <= (byte)'9' ? run + 1 : 0;
            if (run > MostDigitsInRow) return true;
        }

        return false;
    }
}
