namespace Hub.Ingest;

/// <summary>When a journal record was taken in, without decoding what it holds.</summary>
public static class RecordTime
{
    /// <summary>Reads the time of a message, tick or directive.</summary>
    /// <param name="body">Body of a journal record.</param>
    /// <param name="atMs">Its arrival, milliseconds since 1970-01-01 UTC.</param>
    /// <returns>False when the record is of another kind or damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out long atMs)
    {
        if (TickRecord.TryRead(body, out atMs, out _) || DirectiveRecord.TryRead(body, out _, out atMs, out _)) return true;
        if (!MessageRecord.TryRead(body, out var message)) return false;
        atMs = message.ArrivalMs;
        return true;
    }
}
