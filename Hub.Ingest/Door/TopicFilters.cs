namespace Hub.Ingest;

/// <summary>Compares topic filters on their UTF-8 bytes, level by level.</summary>
internal static class TopicFilters
{
    /// <summary>Whether every topic of <paramref name="topicOrFilter"/> is one of <paramref name="filter"/>.</summary>
    public static bool Covers(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topicOrFilter)
    {
        // MQTT 5, 4.7.2: a wildcard in the first level does not reach topics that begin with $.
        if (topicOrFilter is [(byte)'$', ..] && filter is [(byte)'#' or (byte)'+', ..]) return false;
        while (true)
        {
            var wanted = Level(ref filter, out var filterEnds);
            if (wanted is [(byte)'#']) return true;
            var given = Level(ref topicOrFilter, out var topicEnds);
            if (given is [(byte)'#']) return false;
            if (wanted is not [(byte)'+'] && !wanted.SequenceEqual(given)) return false;
            if (filterEnds || topicEnds) return filterEnds == topicEnds || (topicEnds && filter is [(byte)'#']);
        }
    }

    private static ReadOnlySpan<byte> Level(ref ReadOnlySpan<byte> rest, out bool ends)
    {
        var slash = rest.IndexOf((byte)'/');
        ends = slash < 0;
        var level = ends ? rest : rest[..slash];
        rest = ends ? default : rest[(slash + 1)..];
        return level;
    }
}
