using System.Text;

namespace Hub.Adapters.Influx;

/// <summary>Channel names as field keys: plain names as they are, the rest percent-encoded, so that no key needs an escape in line protocol or InfluxQL.</summary>
/// <remarks>
/// Line protocol cannot write a key that ends in a backslash or holds a line break, and InfluxDB keeps <c>time</c> for itself.
/// A text goes to a field of its own (<c>state@text</c>): a field has one type for ever, and a channel may send both.
/// </remarks>
internal static class FieldKeys
{
    /// <summary>Ends the key of a channel's texts.</summary>
    public const string TextSuffix = "@text";

    /// <summary>Ends the keys that say of a channel's reading that it was late, suspect or skewed; in the order of the flags' bits.</summary>
    public static readonly string[] FlagSuffixes = ["@late", "@suspect", "@skewed"];

    /// <summary>Whether a key tells of a flag.</summary>
    public static bool IsFlag(string key) => Array.Exists(FlagSuffixes, suffix => key.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>Key of a channel's numbers.</summary>
    public static string Of(string channel)
    {
        if (channel is "time" or InfluxLayout.DeviceTag) return $"%{(int)channel[0]:X2}{channel[1..]}";
        var plain = true;
        foreach (var c in channel) plain &= IsPlain(c);
        if (plain && channel.Length > 0) return channel;

        var key = new StringBuilder(channel.Length + 8);
        foreach (var c in channel)
            if (IsPlain(c)) key.Append(c);
            else key.Append('%').Append(((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        return key.Length == 0 ? "%" : key.ToString();
    }

    /// <summary>The channel of a key of numbers or texts.</summary>
    public static string ChannelOf(string key, out bool isText)
    {
        isText = key.EndsWith(TextSuffix, StringComparison.Ordinal);
        if (isText) key = key[..^TextSuffix.Length];
        if (!key.Contains('%', StringComparison.Ordinal)) return key;
        if (key == "%") return "";
        var channel = new StringBuilder(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] == '%' && i + 2 < key.Length && byte.TryParse(key.AsSpan(i + 1, 2), System.Globalization.NumberStyles.HexNumber, null, out var code))
            {
                channel.Append((char)code);
                i += 2;
            }
            else
            {
                channel.Append(key[i]);
            }
        }

        return channel.ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or ':' or '/' || c >= 0x80;
}
