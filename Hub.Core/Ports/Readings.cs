using Hub.Core.Readings;

namespace Hub.Core.Ports;

/// <summary>How far a consumer of the journal has come, with whatever it needs to go on from there.</summary>
/// <param name="Positions">By lane: position of the last record whose effect is durable.</param>
/// <param name="State">Bytes the consumer's decoder wrote for itself; empty at first.</param>
/// <param name="Readings">Readings stored so far, over all time, for the ledger.</param>
public sealed record Checkpoint(IReadOnlyList<long> Positions, ReadOnlyMemory<byte> State, long Readings);

/// <summary>One point of a series, or one step of a down-sampled series.</summary>
/// <param name="AtMs">Event time, or start of the step; milliseconds since 1970-01-01 UTC.</param>
/// <param name="Value">The value; the mean of a step. NaN for a text reading.</param>
/// <param name="Min">Least value of the step; the value itself without down-sampling.</param>
/// <param name="Max">Greatest value of the step.</param>
/// <param name="Last">Last number of the step; NaN when it holds texts only.</param>
/// <param name="Count">Readings in the step; 1 without down-sampling.</param>
/// <param name="Text">Value of a text channel; for a step the last text, null when it holds numbers only.</param>
/// <param name="Flags">Late, suspect, skewed; for a step those of any reading in it that is still kept as a point.</param>
public readonly record struct SeriesPoint(long AtMs, double Value, double Min, double Max, double Last, long Count, string? Text = null, ReadingFlags Flags = ReadingFlags.None);

/// <summary>What to read of one series.</summary>
/// <param name="DeviceId">Whose.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="FromMs">Inclusive, event time, milliseconds since 1970-01-01 UTC.</param>
/// <param name="ToMs">Exclusive.</param>
/// <param name="StepMs">Width of a down-sampling step, aligned to the epoch; 0 for raw points.</param>
/// <param name="Limit">Most points to return, earliest first.</param>
public readonly record struct SeriesQuery(string DeviceId, string Channel, long FromMs, long ToMs, long StepMs = 0, int Limit = 10_000);

/// <summary>Reads stored series. Both stores give the same answers.</summary>
public interface IReadingsReader
{
    /// <summary>The points of one series in the order of time; late points take their place, two readings of one instant are both there.</summary>
    Task<IReadOnlyList<SeriesPoint>> ReadAsync(SeriesQuery query, CancellationToken stop);

    /// <summary>Latest point of each channel of a device, by channel name.</summary>
    Task<IReadOnlyDictionary<string, SeriesPoint>> LatestAsync(string deviceId, CancellationToken stop);
}

/// <summary>Keeps readings. Two implementations: embedded (SQLite file, compressed chunks) and InfluxDB. Fed by one consumer of the journal.</summary>
public interface IReadingsStore : IReadingsReader, IAsyncDisposable
{
    /// <summary><c>embedded</c> or <c>influxdb</c>.</summary>
    string Name { get; }

    /// <summary>Where the consumer has to go on; made empty on first use. Opening again forgets what was not committed.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be used now; try later.</exception>
    /// <exception cref="InvalidDataException">It is damaged, of a newer format or wrongly configured; waiting will not help.</exception>
    Task<Checkpoint> OpenAsync(int lanes, CancellationToken stop);

    /// <summary>Takes the readings of one observation (copies them). Not durable before <see cref="CommitAsync"/>. One caller at a time, not during a commit.</summary>
    /// <exception cref="StoreUnavailableException">Too much waits for a commit; commit first, then append this one again.</exception>
    void Append(Observation observation);

    /// <summary>Makes all appended readings and the checkpoint durable together. Appending again after a crash or a failed commit changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was lost; call again later, with or without more appended meanwhile.</exception>
    Task CommitAsync(Checkpoint checkpoint, CancellationToken stop);
}

/// <summary>A store cannot be used now (server away, disk full): nothing is lost, try again later. Any other exception of a store will not go away by waiting.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
