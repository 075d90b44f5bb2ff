namespace Hub.Core.Ports;

/// <summary>State of a lane's decoder and rules at a position, so that a restart need not replay everything.</summary>
/// <param name="Position">The state is that after this record.</param>
/// <param name="RulesFingerprint">Hash of the rule set that wrote it.</param>
/// <param name="Decoder">Bytes of the decoder.</param>
/// <param name="Rules">Bytes of the rule engine.</param>
public sealed record LaneSnapshot(long Position, string RulesFingerprint, ReadOnlyMemory<byte> Decoder, ReadOnlyMemory<byte> Rules);

/// <summary>Lane snapshots at rest.</summary>
public interface ISnapshotStore
{
    /// <summary>Newest snapshot of a lane, or null.</summary>
    Task<LaneSnapshot?> LoadAsync(int lane, CancellationToken stop);

    /// <summary>Replaces the lane's snapshot.</summary>
    Task SaveAsync(int lane, LaneSnapshot snapshot, CancellationToken stop);
}

/// <summary>What a lane has done so far, over all time; kept with its position.</summary>
/// <param name="Messages">Message records passed.</param>
/// <param name="Decoded">Of these, decoded and judged.</param>
/// <param name="DeadLettered">Of these, kept aside.</param>
/// <param name="Duplicates">Of these, recognised as a repetition.</param>
/// <param name="Late">Of the decoded, older than the allowed lateness.</param>
/// <param name="Readings">Readings in the decoded messages.</param>
public readonly record struct LaneCounts(long Messages, long Decoded, long DeadLettered, long Duplicates, long Late, long Readings);
