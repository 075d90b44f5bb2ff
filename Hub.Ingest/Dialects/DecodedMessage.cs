using Hub.Core.Readings;

namespace Hub.Ingest;

/// <summary>One message as its dialect understood it: its observations, or why not. Made once and filled again and again.</summary>
internal sealed class DecodedMessage
{
    private Observation[] _observations = [new()];

    /// <summary>Observations in the order of the message; valid until the next message.</summary>
    public ReadOnlySpan<Observation> Observations => _observations.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>Short stable word when the message cannot be decoded; else null.</summary>
    public string? Reason { get; private set; }

    /// <summary>What was found and what was expected.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>Fields that were left out because the allow-list does not name them.</summary>
    public int RefusedFields { get; set; }

    public void Clear()
    {
        for (var i = 0; i < Count; i++) _observations[i].Clear();
        Count = 0;
        Reason = null;
        Detail = "";
        RefusedFields = 0;
    }

    public Observation Add()
    {
        if (Count == _observations.Length)
        {
            Array.Resize(ref _observations, Count * 2);
            for (var i = Count; i < _observations.Length; i++) _observations[i] = new Observation();
        }

        var added = _observations[Count];
        added.Ordinal = Count++;
        return added;
    }

    public bool Fail(string reason, string detail)
    {
        Reason = reason;
        Detail = detail;
        return false;
    }
}

/// <summary>The short stable words under which undecodable messages are kept.</summary>
internal static class DeadReasons
{
    public const string UnknownDevice = "unknown-device";
    public const string UnclaimedTopic = "unclaimed-topic";
    public const string Empty = "empty";
    public const string BadJson = "bad-json";
    public const string NotANumber = "not-a-number";
    public const string WrongType = "wrong-type";
    public const string BadTime = "bad-time";
    public const string MissingType = "missing-type";
    public const string TooMany = "too-many";
    public const string TooManyChannels = "too-many-channels";
    public const string JournalDamage = "journal-damage";
    public const string BadRecord = "bad-record";
}
