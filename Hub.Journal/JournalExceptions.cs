namespace Hub.Journal;

/// <summary>The journal cannot do what was asked; the message says what was found, expected and to be done.</summary>
public class JournalException : Exception
{
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="inner">The disk's own words, when there are any.</param>
    public JournalException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>The disk is down to its reserve. Nothing was written over; appending works again once there is room.</summary>
public sealed class JournalFullException : JournalException
{
    /// <param name="message">How much is free and how much is needed.</param>
    public JournalFullException(string message) : base(message) { }
}

/// <summary>The disk refused a write or a flush. What waited for it is not durable and must not be acknowledged.</summary>
public sealed class JournalWriteException : JournalException
{
    /// <param name="message">What the disk refused.</param>
    /// <param name="inner">The disk's own words.</param>
    public JournalWriteException(string message, Exception? inner) : base(message, inner) { }
}
