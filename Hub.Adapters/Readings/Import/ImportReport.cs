namespace Hub.Adapters.Readings.Import;

/// <summary>A line that an import could not take.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Reason">What was found and what was expected.</param>
public readonly record struct RefusedLine(long Line, string Reason);

/// <summary>How far an import is.</summary>
/// <param name="Bytes">Bytes of the file read so far.</param>
/// <param name="Lines">Lines read so far.</param>
/// <param name="Readings">Readings taken so far.</param>
/// <param name="Refused">Lines refused so far.</param>
public readonly record struct ImportProgress(long Bytes, long Lines, long Readings, long Refused);

/// <summary>What an import did.</summary>
public sealed class ImportReport
{
    /// <summary>Most refused lines that are listed; the others are only counted.</summary>
    public const int MostListed = 100;

    private readonly List<RefusedLine> refusedLines = [];

    /// <summary>Lines of the file, comments and empty ones included.</summary>
    public long Lines { get; internal set; }

    /// <summary>Readings stored, without those that were there already.</summary>
    public long Readings { get; internal set; }

    /// <summary>Readings that the store, or an earlier line, held already: same device, channel, time and value.</summary>
    public long Known { get; internal set; }

    /// <summary>Lines refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Everything up to this line is durable: an interrupted import goes on behind it.</summary>
    public long DurableLines { get; internal set; }

    /// <summary>The first refused lines with their reasons.</summary>
    public IReadOnlyList<RefusedLine> RefusedLines => refusedLines;

    internal void Refuse(long line, string reason)
    {
        Refused++;
        if (refusedLines.Count < MostListed) refusedLines.Add(new RefusedLine(line, reason));
    }
}
