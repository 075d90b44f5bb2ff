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

    /// <summary>What could not be read first and was left out, so that it does not silence the rest; empty when all could.</summary>
    public string LeftOut { get; private set; } = "";

    /// <summary>How many things could not be read and were left out.</summary>
    public int LeftOutCount { get; private set; }

    /// <summary>The word for what <see cref="LeftOut"/> tells.</summary>
    public string LeftOutReason { get; private set; } = "";

    public void Clear()
    {
        for (var i = 0; i < Count; i++) _observations[i].Clear();
        Count = 0;
        Reason = null;
        Detail = "";
        RefusedFields = 0;
        LeftOut = LeftOutReason = "";
        LeftOutCount = 0;
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

    /// <summary>One part cannot be read; the message goes on without it.</summary>
    public bool LeaveOut(string reason, string detail)
    {
        if (LeftOutCount++ == 0) (LeftOutReason, LeftOut) = (reason, detail);
        RefusedFields++;
        return true;
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
