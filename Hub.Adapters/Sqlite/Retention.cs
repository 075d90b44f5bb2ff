using System.Globalization;

namespace Hub.Adapters.Sqlite;

/// <summary>How long what grows is kept. Cases and their record are never deleted here.</summary>
public sealed class RetentionOptions
{
    /// <summary>Days for alerts that belong to no case (on trial, cleared, suppressed). Default 90, as raw telemetry.</summary>
    public int LooseAlertDays { get; set; } = 90;

    /// <summary>Days for alerts of cases. Default 365: fire records are kept a year.</summary>
    public int CaseAlertDays { get; set; } = 365;

    /// <summary>Days for dead letters. Default 30; the journal has the message longer or shorter by its own limits.</summary>
    public int DeadLetterDays { get; set; } = 30;

    /// <summary>Most dead letters kept, whatever their age. Default 200,000: about 1 GB at the largest payload kept.</summary>
    public int DeadLetters { get; set; } = 200_000;
}

/// <summary>What a run of the retention deleted.</summary>
public sealed record RetentionReport(int LooseAlerts, int CaseAlerts, int DeadLetters);

/// <summary>Deletes what is older than its limit. For a daily job.</summary>
public sealed class SqliteRetention(HubDatabase database, RetentionOptions options)
{
    private const int Step = 5000; // rows a transaction, so that a case never waits long for the writer

    /// <summary>Deletes in small steps until nothing is too old, and reports how much it was.</summary>
    /// <param name="nowMs">Now, milliseconds since 1970-01-01 UTC.</param>
    /// <param name="stop">Stops between two steps.</param>
    public async Task<RetentionReport> RunAsync(long nowMs, CancellationToken stop)
    {
        long Before(int days) => nowMs - ((long)days * 86_400_000);
        return new RetentionReport(
            await DeleteAsync("alerts", "case_id = '' AND arrival_ms < $limit", Before(options.LooseAlertDays), stop).ConfigureAwait(false),
            await DeleteAsync("alerts", "case_id <> '' AND arrival_ms < $limit", Before(options.CaseAlertDays), stop).ConfigureAwait(false),
            await DeleteAsync("dead_letters", "arrival_ms < $limit", Before(options.DeadLetterDays), stop).ConfigureAwait(false)
                + await DeleteAsync("dead_letters", "id <= $limit", await NewestSpareAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false));
    }

    private Task<long> NewestSpareAsync(CancellationToken stop) => database.ReadAsync(
        connection => Convert.ToInt64(connection.Scalar("SELECT COALESCE((SELECT id FROM dead_letters ORDER BY id DESC LIMIT 1 OFFSET $keep), 0)", ("$keep", options.DeadLetters)), CultureInfo.InvariantCulture), stop);

    private async Task<int> DeleteAsync(string table, string condition, long limit, CancellationToken stop)
    {
        for (var sum = 0; ;)
        {
            var deleted = await database.WriteAsync(
                (connection, _) => connection.Run($"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {condition} ORDER BY id LIMIT $step)", ("$limit", limit), ("$step", Step)), stop).ConfigureAwait(false);
            sum += deleted;
            if (deleted < Step) return sum;
        }
    }
}
