using System.Text.Json;
using Hub.Adapters.Readings;
using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Adapters.Influx;

/// <summary>Readings in an InfluxDB 1.x, 2.x or 3.x over HTTP. Layout in docs/formats/influx.md.</summary>
/// <remarks>
/// The checkpoint lies in a file of ours and is written after the server accepted the points; a crash between the two repeats points,
/// which overwrite themselves. When the server is away, <see cref="CommitAsync"/> retries a little and then throws
/// <see cref="StoreUnavailableException"/>: call it again later, nothing is lost. A line the server will not have is put aside, the rest goes on.
/// </remarks>
public sealed class InfluxReadingsStore : IReadingsStore
{
    private readonly InfluxDbOptions options;
    private readonly InfluxHttp http;
    private readonly InfluxWriter writer;
    private readonly RefusedLines refused;
    private readonly CheckpointFile checkpoints;
    private readonly LaneMarks marks = new();
    private readonly LineBuffer lines = new();
    private readonly StrongCount sent = new();
    private bool opened;
    private bool doubtful;

    /// <summary>A store on a server; nothing is sent before <see cref="OpenAsync"/>.</summary>
    public InfluxReadingsStore(InfluxDbOptions options, TimeProvider clock)
    {
        this.options = options;
        http = new InfluxHttp(options);
        refused = new RefusedLines(options.DataDir);
        writer = new InfluxWriter(http, options, refused, clock);
        checkpoints = new CheckpointFile(options.DataDir, $"{options.Url.Scheme}://{options.Url.Authority}/{options.BucketName}");
    }

    /// <inheritdoc/>
    public string Name => "influxdb";

    /// <summary>What the server calls its version; empty before it was asked.</summary>
    public string ServerVersion => http.ServerVersion;

    /// <summary>Lines (observations) that the server would not take, since the start.</summary>
    public long RefusedCount => refused.Count;

    /// <summary>Why the last line was refused; null when none was.</summary>
    public string? LastRefusal => refused.LastReason;

    /// <summary>Numbers that InfluxDB has no form for (NaN, infinity), left out since the start.</summary>
    public long Unwritable => lines.Unwritable;

    /// <inheritdoc/>
    public async Task<Checkpoint> OpenAsync(int lanes, CancellationToken stop)
    {
        try
        {
            await http.FindVersionAsync(stop).ConfigureAwait(false);
            await InfluxDatabase.EnsureAsync(http, options, stop).ConfigureAwait(false);
        }
        catch (InfluxBusyException busy)
        {
            throw new StoreUnavailableException($"InfluxDB at {options.Url} cannot be reached: {busy.Message}", busy);
        }

        var checkpoint = LaneMarks.Fit(checkpoints.Read() ?? new Checkpoint(new long[lanes], default, 0), lanes);
        lines.Clear();
        sent.Value = 0;
        marks.Restart(checkpoint.Positions);
        opened = true;
        return checkpoint;
    }

    /// <inheritdoc/>
    public void Append(Observation observation)
    {
        if (!opened) throw new InvalidOperationException("the InfluxDB store is not open; call OpenAsync first");
        if (lines.Length > options.MostUncommittedBytes)
            throw new StoreUnavailableException($"{lines.Length:N0} bytes of readings wait for a commit, {options.MostUncommittedBytes:N0} is the limit; commit first");
        if (marks.Advance(observation)) lines.Add(observation);
    }

    /// <inheritdoc/>
    public async Task CommitAsync(Checkpoint checkpoint, CancellationToken stop)
    {
        if (!opened) throw new InvalidOperationException("the InfluxDB store is not open; call OpenAsync first");
        try
        {
            // After a fault the database may be gone with the server's disk; it is made again.
            if (doubtful) await InfluxDatabase.EnsureAsync(http, options, stop).ConfigureAwait(false);
            doubtful = true;
            await writer.SendAsync(lines, sent, stop).ConfigureAwait(false);
            doubtful = false;
        }
        catch (InfluxBusyException busy)
        {
            throw new StoreUnavailableException($"InfluxDB at {options.Url} cannot be reached: {busy.Message}", busy);
        }

        checkpoints.Write(checkpoint);
        lines.Clear();
        sent.Value = 0;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SeriesPoint>> ReadAsync(SeriesQuery query, CancellationToken stop)
    {
        SeriesQueries.Check(query);
        if (query.Limit == 0) return [];
        using var answer = await AskAsync(query.StepMs > 0 ? InfluxQl.Steps(query) : InfluxQl.Raw(query), stop).ConfigureAwait(false);
        var points = new List<SeriesPoint>();
        foreach (var row in InfluxAnswer.Rows(answer, 0))
        {
            if (query.StepMs == 0) points.AddRange(InfluxAnswer.RawPoints(row));
            else if (InfluxAnswer.Step(row) is { } step) points.Add(step);
        }

        return points.Count <= query.Limit ? points : points.GetRange(0, query.Limit);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, SeriesPoint>> LatestAsync(string deviceId, CancellationToken stop)
    {
        var latest = new Dictionary<string, SeriesPoint>(StringComparer.Ordinal);
        string[] keys;
        using (var all = await AskAsync(InfluxQl.LastOfAll(deviceId), stop).ConfigureAwait(false))
        {
            if (InfluxAnswer.Rows(all, 0).FirstOrDefault() is not { ValueKind: JsonValueKind.Array } row) return latest;
            keys = [.. InfluxAnswer.Columns(all, 0).Select((column, i) => (column, i)).Where(c => c.i > 0 && row[c.i].ValueKind != JsonValueKind.Null).Select(c => c.column["last_".Length..])];
        }

        if (keys.Length == 0) return latest;
        using var each = await AskAsync(string.Join(';', keys.Select(key => InfluxQl.Last(deviceId, key))), stop).ConfigureAwait(false);
        for (var i = 0; i < keys.Length; i++)
        {
            if (FieldKeys.IsFlag(keys[i]) || InfluxAnswer.Rows(each, i).FirstOrDefault() is not { ValueKind: JsonValueKind.Array } row) continue;
            var channel = FieldKeys.ChannelOf(keys[i], out var isText);
            var at = InfluxAnswer.MillisecondsOf(row[0]);
            if (latest.TryGetValue(channel, out var other) && other.AtMs > at) continue;
            var value = isText ? double.NaN : row[1].GetDouble();
            latest[channel] = new SeriesPoint(at, value, value, value, value, 1, isText ? row[1].GetString() : null, FlagsAt(keys, each, FieldKeys.Of(channel), row[0].GetInt64()));
        }

        return latest;
    }

    // A flag belongs to the latest reading when its own latest is of the same nanosecond, which names the message.
    private static ReadingFlags FlagsAt(string[] keys, JsonDocument each, string key, long nanoseconds)
    {
        var flags = ReadingFlags.None;
        for (var bit = 0; bit < FieldKeys.FlagSuffixes.Length; bit++)
        {
            var statement = Array.IndexOf(keys, key + FieldKeys.FlagSuffixes[bit]);
            if (statement >= 0 && InfluxAnswer.Rows(each, statement).FirstOrDefault() is { ValueKind: JsonValueKind.Array } row && row[0].GetInt64() == nanoseconds) flags |= (ReadingFlags)(1 << bit);
        }

        return flags;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonDocument> AskAsync(string influxQl, CancellationToken stop)
    {
        try
        {
            await http.FindVersionAsync(stop).ConfigureAwait(false);
            return await http.QueryAsync(influxQl, stop).ConfigureAwait(false);
        }
        catch (InfluxBusyException busy)
        {
            throw new StoreUnavailableException($"InfluxDB at {options.Url} cannot be read now: {busy.Message}", busy);
        }
        catch (InfluxRefusedException refusal)
        {
            throw new StoreUnavailableException($"InfluxDB at {options.Url} refuses to answer ({(int)refusal.Status}: {refusal.Message})", refusal);
        }
    }
}
