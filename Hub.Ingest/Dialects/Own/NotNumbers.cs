using System.Buffers;

namespace Hub.Ingest;

/// <summary>Takes NaN and Infinity, which are no JSON, out of a payload. Off the hot path: only for what the reader refused.</summary>
internal static class NotNumbers
{
    /// <summary>The payload with <c>null</c> in place of each of them outside texts.</summary>
    public static byte[] Without(ReadOnlySpan<byte> payload, out int count)
    {
        count = 0;
        var cleaned = new ArrayBufferWriter<byte>(payload.Length + 64);
        for (var at = 0; at < payload.Length;)
        {
            if (payload[at] == (byte)'"')
            {
                var length = TextLength(payload[at..]);
                cleaned.Write(payload.Slice(at, length));
                at += length;
                continue;
            }

            var word = WordLength(payload[at..]);
            if (word > 0)
            {
                cleaned.Write("null"u8);
                count++;
                at += word;
                continue;
            }

            cleaned.Write(payload.Slice(at++, 1));
        }

        return cleaned.WrittenSpan.ToArray();
    }

    private static int TextLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\') i++;
            else if (text[i] == (byte)'"') return i + 1;
        }

        return text.Length;
    }

    private static int WordLength(ReadOnlySpan<byte> text)
    {
        var sign = text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var rest = text[sign..];
        foreach (var word in (ReadOnlySpan<byte[]>)words)
            if (rest.StartsWith(word) && (rest.Length == word.Length || !char.IsAsciiLetterOrDigit((char)rest[word.Length]))) return sign + word.Length;
        return 0;
    }

    private static readonly byte[][] words = [[.. "NaN"u8], [.. "nan"u8], [.. "Infinity"u8], [.. "inf"u8], [.. "Inf"u8]];
}
