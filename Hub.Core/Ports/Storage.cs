namespace Hub.Core.Ports;

/// <summary>How the hub's storage is at this moment: what people and alarms look at when readings come late.</summary>
/// <param name="Store">The readings store: <c>embedded</c> or <c>influxdb</c>.</param>
/// <param name="Reachable">Whether the store took what it was last given. False also before its first answer.</param>
/// <param name="TroubleSinceMs">The hub's time at which the store was first found unusable, milliseconds since 1970-01-01 UTC; 0 when it is well.</param>
/// <param name="Trouble">What the store said last; null when it is well.</param>
/// <param name="Lag">Records in the journal that a consumer has not yet made durable, by consumer (<c>rules</c>, <c>readings</c>).</param>
/// <param name="LagSeconds">Age of the oldest record the readings store has not taken, seconds; 0 when it has all.</param>
/// <param name="RefusedLines">Observations the store would not take and which were put aside, since the start.</param>
/// <param name="LastRefusal">Why the last was put aside; null when none was.</param>
/// <param name="DamagedChunks">Times a stored chunk was left out because its checksum was wrong, since the start.</param>
/// <param name="JournalFull">Why nothing is accepted at present; null when the journal takes messages.</param>
/// <param name="JournalBytes">Bytes of the journal's segments.</param>
/// <param name="JournalSegments">Segments of the journal.</param>
/// <param name="FreeBytes">Bytes free on the journal's disk.</param>
/// <param name="DamagedRecords">Records of the journal that could not be read and were stepped over, since the start.</param>
/// <param name="DamagedBytes">Bytes stepped over to find the next sound record, since the start.</param>
/// <param name="TornBytes">Bytes of an unfinished last write that were cut off at the start: harmless.</param>
/// <param name="FailedCommits">Commits the disk refused, since the start.</param>
public sealed record StorageState(
    string Store, bool Reachable, long TroubleSinceMs, string? Trouble, IReadOnlyDictionary<string, long> Lag, double LagSeconds, long RefusedLines, string? LastRefusal, long DamagedChunks,
    string? JournalFull, long JournalBytes, int JournalSegments, long FreeBytes, long DamagedRecords, long DamagedBytes, long TornBytes, long FailedCommits);

/// <summary>Tells how the storage of the running hub is.</summary>
public interface IStorageWatch
{
    /// <summary>The state now. Cheap: counts and one question to the file system.</summary>
    StorageState Look();
}
