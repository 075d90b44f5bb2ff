using System.Buffers;

namespace Hub.Ingest;

/// <summary>The grammar of device ids: 1 to 128 of <c>A-Z a-z 0-9 . _ : -</c>, so that an id is a topic level, a file name and a tag without quoting.</summary>
public static class DeviceIds
{
    /// <summary>Most characters in an id.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<byte> allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"u8);
    private static readonly SearchValues<char> allowedChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>Whether the bytes are an id.</summary>
    public static bool IsValid(ReadOnlySpan<byte> id) => id.Length is >= 1 and <= MaxLength && !id.ContainsAnyExcept(allowed);

    /// <summary>Whether the text is an id.</summary>
    public static bool IsValid(ReadOnlySpan<char> id) => id.Length is >= 1 and <= MaxLength && !id.ContainsAnyExcept(allowedChars);
}
