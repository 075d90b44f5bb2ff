using System.Net;
using System.Text.Json;

namespace Hub.Adapters.Influx;

/// <summary>Makes the database or bucket with its retention, when it is missing and the server lets us.</summary>
/// <remarks>A refusal is not an error here: a careful owner made it already and gave us only the right to write. The first write tells.</remarks>
internal static class InfluxDatabase
{
    /// <summary>Makes what is missing.</summary>
    public static async Task EnsureAsync(InfluxHttp http, InfluxDbOptions options, CancellationToken stop)
    {
        try
        {
            await (http.Version switch
            {
                InfluxDbVersion.V1 => EnsureV1Async(http, options, stop),
                InfluxDbVersion.V2 => EnsureV2Async(http, options, stop),
                _ => EnsureV3Async(http, options, stop),
            }).ConfigureAwait(false);
        }
        catch (InfluxRefusedException)
        {
        }
    }

    // CREATE DATABASE on one that exists would change its retention, so it is looked up first.
    private static async Task EnsureV1Async(InfluxHttp http, InfluxDbOptions options, CancellationToken stop)
    {
        using var known = await http.QueryAsync("SHOW DATABASES", stop).ConfigureAwait(false);
        if (InfluxAnswer.Rows(known, 0).Any(row => row[0].GetString() == options.Database)) return;
        var duration = options.RetentionDays > 0 ? $" WITH DURATION {options.RetentionDays}d" : "";
        using var made = await http.QueryAsync($"CREATE DATABASE {InfluxQl.Name(options.Database)}{duration}", stop).ConfigureAwait(false);
    }

    private static async Task EnsureV2Async(InfluxHttp http, InfluxDbOptions options, CancellationToken stop)
    {
        var (found, buckets) = await http.ManageAsync(HttpMethod.Get, $"api/v2/buckets?name={Uri.EscapeDataString(options.BucketName)}&org={Uri.EscapeDataString(options.Org)}", null, stop).ConfigureAwait(false);
        using var _ = buckets;
        if (found == HttpStatusCode.OK && buckets is not null && Count(buckets, "buckets") > 0) return;
        var (status, organisations) = await http.ManageAsync(HttpMethod.Get, $"api/v2/orgs?org={Uri.EscapeDataString(options.Org)}", null, stop).ConfigureAwait(false);
        using var __ = organisations;
        if (status != HttpStatusCode.OK || organisations is null || Count(organisations, "orgs") == 0) return;
        object[] rules = options.RetentionDays > 0 ? [new { type = "expire", everySeconds = options.RetentionDays * 86_400L }] : [];
        var bucket = new { name = options.BucketName, orgID = organisations.RootElement.GetProperty("orgs")[0].GetProperty("id").GetString(), retentionRules = rules };
        var (_, made) = await http.ManageAsync(HttpMethod.Post, "api/v2/buckets", bucket, stop).ConfigureAwait(false);
        made?.Dispose();
    }

    private static async Task EnsureV3Async(InfluxHttp http, InfluxDbOptions options, CancellationToken stop)
    {
        object database = options.RetentionDays > 0
            ? new { db = options.Database, retention_period = $"{options.RetentionDays}d" }
            : new { db = options.Database };
        var (_, made) = await http.ManageAsync(HttpMethod.Post, "api/v3/configure/database", database, stop).ConfigureAwait(false);
        made?.Dispose();
    }

    private static int Count(JsonDocument json, string list) =>
        json.RootElement.TryGetProperty(list, out var items) && items.ValueKind == JsonValueKind.Array ? items.GetArrayLength() : 0;
}
