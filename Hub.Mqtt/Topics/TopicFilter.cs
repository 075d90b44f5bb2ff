namespace Hub.Mqtt.Topics;

/// <summary>Checks and compares topic filters (both standards, section 4.7).</summary>
internal static class TopicFilter
{
    private static ReadOnlySpan<byte> SharePrefix => "$share/"u8;

    /// <summary>[MQTT-4.7.1-2], [MQTT-4.7.1-3]: '#' only whole and last, '+' only whole.</summary>
    public static bool IsValid(ReadOnlySpan<byte> filter)
    {
        if (filter.IsEmpty || filter.Contains((byte)0)) return false;
        while (true)
        {
            var slash = filter.IndexOf((byte)'/');
            var level = slash < 0 ? filter : filter[..slash];
            if (level.Length > 1 && level.IndexOfAny((byte)'+', (byte)'#') >= 0) return false;
            if (slash < 0) return true;
            if (level is [(byte)'#']) return false;
            filter = filter[(slash + 1)..];
        }
    }

    public static bool IsShared(ReadOnlySpan<byte> filter) => filter.StartsWith(SharePrefix) || filter.SequenceEqual("$share"u8);

    /// <summary>Splits <c>$share/NAME/FILTER</c>; false when a part is missing or the name holds a wildcard [MQTT-4.8.2-1], [MQTT-4.8.2-2].</summary>
    public static bool TrySplitShared(ReadOnlySpan<byte> filter, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> inner)
    {
        name = inner = default;
        if (filter.Length <= SharePrefix.Length) return false;
        var rest = filter[SharePrefix.Length..];
        var slash = rest.IndexOf((byte)'/');
        if (slash <= 0 || slash == rest.Length - 1) return false;
        name = rest[..slash];
        inner = rest[(slash + 1)..];
        return name.IndexOfAny((byte)'+', (byte)'#') < 0;
    }

    /// <summary>True when <paramref name="topic"/> falls under <paramref name="filter"/>; no leading wildcard matches '$…' [MQTT-4.7.2-1].</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (topic is [(byte)'$', ..] && filter is [(byte)'+' or (byte)'#', ..]) return false;
        while (true)
        {
            var level = Cut(ref filter, out var filterEnds);
            if (level is [(byte)'#']) return true;
            var name = Cut(ref topic, out var topicEnds);
            if (level is not [(byte)'+'] && !level.SequenceEqual(name)) return false;
            if (topicEnds) return filterEnds || filter is [(byte)'#'];
            if (filterEnds) return false;
        }
    }

    /// <summary>True when everything that falls under <paramref name="asked"/> also falls under <paramref name="filter"/>.</summary>
    public static bool Covers(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> asked)
    {
        if (asked is [(byte)'$', ..] && filter is [(byte)'+' or (byte)'#', ..]) return false;
        while (true)
        {
            var level = Cut(ref filter, out var filterEnds);
            if (level is [(byte)'#']) return true;
            var name = Cut(ref asked, out var askedEnds);
            if (level is [(byte)'+'] ? name is [(byte)'#'] : !level.SequenceEqual(name)) return false;
            if (askedEnds) return filterEnds || filter is [(byte)'#'];
            if (filterEnds) return false;
        }
    }

    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> text, out bool ends)
    {
        var slash = text.IndexOf((byte)'/');
        ends = slash < 0;
        var level = ends ? text : text[..slash];
        text = ends ? default : text[(slash + 1)..];
        return level;
    }
}
