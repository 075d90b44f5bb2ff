using Hub.Core.Ports;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>How journal and readings store are: what the banner shows.</summary>
internal static class StorageApi
{
    public static void MapStorage(this RouteGroupBuilder api) => api.MapGet("/storage", State).Says("How the journal and the readings store are: lag, trouble, damage");

    private static StorageView State(HttpContext http, IStorageWatch watch, Clock clock)
    {
        new Params(http).Done();
        var s = watch.Look();
        return new StorageView(
            s.Store, s.Reachable, s.TroubleSinceMs == 0 ? null : clock.At(s.TroubleSinceMs), s.Trouble, s.Lag, Math.Round(s.LagSeconds, 1), s.RefusedLines, s.LastRefusal, s.DamagedChunks,
            new JournalView(s.JournalFull, s.JournalBytes, s.JournalSegments, s.FreeBytes, s.DamagedRecords, s.DamagedBytes, s.TornBytes, s.FailedCommits));
    }

    /// <summary>The state of the storage.</summary>
    internal sealed record StorageView(
        string Store, bool Reachable, DateTimeOffset? TroubleSince, string? Trouble, IReadOnlyDictionary<string, long> Lag, double LagSeconds, long RefusedLines, string? LastRefusal, long DamagedChunks,
        JournalView Journal);

    /// <summary>The journal's part.</summary>
    internal sealed record JournalView(string? Full, long Bytes, int Segments, long FreeBytes, long DamagedRecords, long DamagedBytes, long TornBytes, long FailedCommits);
}
