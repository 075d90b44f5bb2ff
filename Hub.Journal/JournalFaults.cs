namespace Hub.Journal;

/// <summary>What was found damaged since the journal was opened; never more than the newest hundred descriptions.</summary>
/// <param name="TornBytes">Bytes of an unfinished last write that were cut off. Harmless: nothing in them was acknowledged.</param>
/// <param name="DamagedRecords">Records that could not be read and were skipped: their positions are missing.</param>
/// <param name="DamagedBytes">Bytes stepped over to find the next sound record.</param>
/// <param name="FailedCommits">Batches the disk refused.</param>
/// <param name="Notes">One line a finding: file, offset, what was done.</param>
public sealed record JournalFaults(long TornBytes, long DamagedRecords, long DamagedBytes, long FailedCommits, IReadOnlyList<string> Notes);
