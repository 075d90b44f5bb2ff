using Hub.Cases;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Shapes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>Reading cases: the list, one case, its record, the alerts.</summary>
internal static class CasesApi
{
    private static readonly LocalText aCase = new("案件", "case");

    public static void MapCases(this RouteGroupBuilder api)
    {
        api.MapGet("/cases", ListAsync).Says(
            "Cases, the most severe first, then the newest",
            "open: true for cases with work left, false for ended ones", "type: id of the anomaly type", "severity: P1 to P4", "state: name of the state",
            "grid: code of a grid", "place: path of a place; cases inside it too", "q: part of the id, a title or a place name",
            "since: opened at or after", "until: opened before", "sim: true or false", "limit: 1 to 1000, default 100", "cursor: next of the page before", "lang: zh or en");
        api.MapGet("/cases/{id}", OneAsync).Says("One case", "lang: zh or en");
        api.MapGet("/cases/{id}/events", EventsAsync).Says("The record of a case, hash-chained, in order");
        api.MapGet("/cases/{id}/alerts", AlertsOfAsync).Says("The alerts that belong to a case, in order", "limit: 1 to 1000, default 100", "lang: zh or en");
        api.MapGet("/alerts", AlertsAsync).Says(
            "Alerts, the newest first", "type: id of the anomaly type", "rule: id of the rule", "limit: 1 to 1000, default 100", "cursor: next of the page before", "lang: zh or en");
    }

    /// <summary>The case of that id if the caller may see it; else the same answer as for one that does not exist.</summary>
    public static async Task<GridCase> FindAsync(ICaseStore store, string id, HttpContext http, CancellationToken stop)
    {
        var found = id.Length <= 64 ? await store.FindAsync(id, stop) : null;
        return found is not null && Caller.Of(http).MaySee(found) ? found : throw ApiProblem.NotFound(aCase, id.Length <= 64 ? id : id[..64]);
    }

    private static async Task<CasePage> ListAsync(HttpContext http, ICaseStore store, Clock clock, CancellationToken stop)
    {
        var caller = Caller.Of(http);
        var p = new Params(http);
        var query = new CaseQuery(
            p.Flag("open"), p.Text("type"), (int?)p.OneOf<Severity>("severity"), p.OneOf<CaseState>("state")?.ToString(), p.Text("grid"), p.Text("place"),
            caller.SeesRestricted, p.Text("cursor"), p.Limit(), p.Time("since", clock), p.Time("until", clock), p.Flag("sim"), p.Text("q", 100));
        p.Done();

        // Read before the list: a stream that goes on from here repeats a change at worst, and misses none.
        var sequence = await store.LastSequenceAsync(stop);
        var (items, next) = await Cursor.GuardAsync(() => store.ListAsync(query, stop));
        var language = http.Language();
        return new CasePage([.. items.Where(caller.MaySee).Select(c => CaseView.Of(c, clock, language))], next, sequence);
    }

    private static async Task<CaseView> OneAsync(string id, HttpContext http, ICaseStore store, Clock clock, CancellationToken stop) =>
        CaseView.Of(await FindAsync(store, id, http, stop), clock, http.Language());

    private static async Task<Page<CaseEventView>> EventsAsync(string id, HttpContext http, ICaseStore store, Clock clock, CancellationToken stop)
    {
        new Params(http).Done();
        await FindAsync(store, id, http, stop);
        var events = await store.EventsOfAsync(id, stop);
        return new Page<CaseEventView>([.. events.Select(e => CaseEventView.Of(e, clock))], null);
    }

    private static async Task<Page<AlertView>> AlertsOfAsync(string id, HttpContext http, ICaseStore store, Clock clock, CancellationToken stop)
    {
        var p = new Params(http);
        var limit = p.Limit();
        p.Done();
        await FindAsync(store, id, http, stop);
        var language = http.Language();
        return new Page<AlertView>([.. (await store.AlertsOfAsync(id, limit, stop)).Select(a => AlertView.Of(a, clock, language))], null);
    }

    private static async Task<Page<AlertView>> AlertsAsync(HttpContext http, ICaseStore store, IDeviceDirectory directory, Clock clock, CancellationToken stop)
    {
        var caller = Caller.Of(http);
        var p = new Params(http);
        var (type, rule, cursor, limit) = (p.Text("type"), p.Text("rule"), p.Text("cursor"), p.Limit());
        p.Done();
        var (items, next) = await Cursor.GuardAsync(() => store.AlertsAsync(type, rule, cursor, limit, stop));
        var language = http.Language();
        var seen = items.Where(a => caller.MaySee(a.Alert, directory));
        return new Page<AlertView>([.. seen.Select(a => AlertView.Of(a, clock, language))], next);
    }

    /// <summary>A page of cases and the sequence number to stream on from.</summary>
    internal sealed record CasePage(IReadOnlyList<CaseView> Items, string? Next, long Sequence);
}
