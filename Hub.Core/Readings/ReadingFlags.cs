namespace Hub.Core.Readings;

/// <summary>What is to be known of a stored reading besides its value. The numbers are on disk and may only grow.</summary>
[Flags]
public enum ReadingFlags : byte
{
    /// <summary>Nothing: it came in time and is plausible.</summary>
    None = 0,

    /// <summary>It came later than its lane allows; only P1 kinds judged it.</summary>
    Late = 1,

    /// <summary>It lies beyond what the channel can be, or is a fault code.</summary>
    Suspect = 2,

    /// <summary>The device's clock was so wrong that the time is that of arrival.</summary>
    Skewed = 4,
}
