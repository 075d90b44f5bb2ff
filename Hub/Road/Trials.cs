using Hub.Adapters.Sqlite;
using Hub.Core.Ports;
using Hub.Replay;
using Hub.Settings;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>Ties what tries rules on the past to the running hub.</summary>
internal static class Trials
{
    // Records a live lane may be behind before a trial stands aside: about a second of a busy district.
    private const long FarBehind = 5_000;

    public static Backtester Backtester(RunningHub hub, HubSettings settings, Clocks clocks) => new(
        hub.Journal, hub.Registry, IngestSettings.From(settings), Opening.Policy(settings), new SqliteCaseStore(hub.Database), settings.Zone, clocks.Hub, clocks.Network,
        hub.Logs.CreateLogger<Backtester>(), hub.Closing)
    {
        InForce = () => hub.RuleSets.Current.Files,
        SuppressionsAt = (atMs, stop) => PastSuppressions.AtAsync(new SqliteSuppressionStore(hub.Database), atMs, stop),
        Busy = () => IsBehind(hub),
    };

    public static RulePromoter Promoter(RunningHub hub, HubSettings settings) => new(hub.RuleSets, settings.Zone, hub.Logs.CreateLogger<RulePromoter>());

    public static Retracer Retracer(RunningHub hub, HubSettings settings) => new(hub.Journal, hub.Registry, IngestSettings.From(settings), settings.Zone)
    {
        FilesAt = atMs => FilesAt(hub, atMs),
        FilesOf = hub.RuleSets.FilesOf,
        SuppressionsAt = (atMs, stop) => PastSuppressions.AtAsync(new SqliteSuppressionStore(hub.Database), atMs, stop),
    };

    public static Adviser Adviser(RunningHub hub, IBacktester backtester) => new(new SqliteCaseStore(hub.Database), backtester, () => hub.RuleSets.Current);

    // The journal names each change; only where a stretch is entered in the middle must be known what held before.
    private static IReadOnlyList<(string File, string Text)> FilesAt(RunningHub hub, long atMs) =>
        hub.RuleSets.Kept.Where(k => k.SinceMs <= atMs).MaxBy(k => k.SinceMs) is { } kept && hub.RuleSets.FilesOf(kept.Fingerprint) is { } files ? files : hub.RuleSets.Current.Files;

    private static bool IsBehind(RunningHub hub)
    {
        foreach (var lane in hub.Lanes)
            if (hub.Journal.Head(lane.Lane) - lane.Position > FarBehind) return true;
        return false;
    }
}
