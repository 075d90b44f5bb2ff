using Hub.Core;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>The rules in force and how they came to their answers.</summary>
internal static class RulesApi
{
    private const long BeforeInstantMs = 600_000;
    private const long UsualWarmMs = 6 * 3_600_000L;
    private const long MostPastMs = 7 * 86_400_000L;

    public static void MapRules(this RouteGroupBuilder api, IServiceProviderIsService services)
    {
        api.MapGet("/rules", List).Says("Every rule in force", "type: id of the anomaly type");
        if (services.IsService(typeof(IRuleSets)))
        {
            api.MapGet("/rules/versions", Versions).Says("The set of rules in force, faults of the folder if it was refused, and every version kept");
            api.MapGet("/rules/versions/{fingerprint}", Version).Says("The files of one kept version");
            api.MapPost("/rules/reload", ReloadAsync).RequireAuthorization(Schemes.Upkeep).Says("Reads the rules folder now: taken as a whole, or refused with its faults");
        }

        api.MapGet("/rules/{id}", One).Says("One rule with its text");
        api.MapGet("/rules/{id}/trace", TraceAsync).Says(
            "How a rule came to its answers, the newest first: its last ones, or with a time all those about one device, by judging the journal again",
            "device: only this device", "limit: 1 to 1000, default 100", "at: an instant; the ten minutes before it", "from: begin of a span", "to: end of a span",
            "warm: how much before it is judged so that clocks are full, default 6h");
    }

    private static Page<RuleView> List(HttpContext http, IRuleCatalogue rules, Clock clock)
    {
        var p = new Params(http);
        var type = p.Text("type");
        p.Done();
        return new Page<RuleView>([.. rules.Rules.Where(r => type is null || r.Type == type).Select(r => RuleView.Of(r, clock))], null);
    }

    private static RuleView One(string id, HttpContext http, IRuleCatalogue rules, Clock clock)
    {
        new Params(http).Done();
        return RuleView.Of(rules.Rules.FirstOrDefault(r => r.Id == id) ?? throw Unknown(id), clock);
    }

    // What the engine kept by itself: all alerts, all that was held back, a sample of the rest. With an instant: every answer about one device, by judging the journal again.
    private static async Task<IResult> TraceAsync(string id, HttpContext http, IRuleCatalogue rules, IDeviceDirectory directory, Clock clock, CancellationToken stop)
    {
        var p = new Params(http);
        var (device, limit, at, from, to) = (p.Text("device"), p.Limit(), p.Time("at", clock), p.Time("from", clock), p.Time("to", clock));
        var warm = p.Duration("warm") ?? UsualWarmMs;
        var past = at is not null || from is not null || to is not null;
        if (past && device is null) p.Fault("device", "nothing", "a device, when 'at', 'from' or 'to' asks for the past");
        if (at is not null && (from ?? to) is not null) p.Fault("at", "'at' beside 'from' or 'to'", "either an instant or a span");
        var end = at + 1 ?? to ?? clock.NowMs;
        var begin = at - BeforeInstantMs ?? from ?? end - BeforeInstantMs;
        if (past && (begin >= end || end - begin > MostPastMs || warm > MostPastMs)) p.Fault("from", clock.At(begin).ToString("O", null), "a span that ends after it begins, at most 7 days, and as much before it");
        p.Done();
        if (!past)
        {
            var trace = rules.TraceOf(id, device, limit) ?? throw Unknown(id);
            return Results.Json(new Page<TraceView>([.. trace.Select(t => TraceView.Of(t, clock))], null), ApiJson.Options);
        }

        if (http.RequestServices.GetService<IRetracer>() is not { } retracer) throw new ApiProblem(501, "no-journal", new LocalText("此中枢不能重读日志", "This hub cannot read its journal again."));
        if (directory.Find(device!) is null) throw ApiProblem.NotFound(new LocalText("设备", "device"), device!);
        var again = await retracer.RunAsync(new RetraceQuery(id, device!, begin, end, warm, limit), stop) ?? throw Unknown(id);
        return Results.Json(
            new RetraceView([.. again.Answers.Select(t => TraceView.Of(t, clock))], null, clock.At(begin), clock.At(end), clock.AtOrNull(again.WarmFromMs), again.NotWatched, again.Heard, again.Judged),
            ApiJson.Options);
    }

    private static VersionsView Versions(HttpContext http, IRuleSets sets, Clock clock)
    {
        new Params(http).Done();
        return new VersionsView(sets.Fingerprint, clock.At(sets.SinceMs), sets.Folder, sets.Faults, [.. sets.Kept.Select(k => new KeptView(k.Fingerprint, clock.At(k.SinceMs), k.By))]);
    }

    private static VersionView Version(string fingerprint, HttpContext http, IRuleSets sets)
    {
        new Params(http).Done();
        var files = sets.FilesOf(fingerprint) ?? throw ApiProblem.NotFound(new LocalText("规则版本", "version of the rules"), fingerprint.Length <= 64 ? fingerprint : fingerprint[..64]);
        return new VersionView(fingerprint, [.. files.Select(f => new FileView(f.File, f.Text))]);
    }

    private static async Task<ReloadView> ReloadAsync(HttpContext http, IRuleSets sets, CancellationToken stop)
    {
        var outcome = await sets.ReloadAsync(Caller.Of(http.User).Id, stop);
        http.AuditDetail(outcome.Faults.Count > 0 ? $"refused, {outcome.Faults.Count} fault(s)" : $"{(outcome.Changed ? "changed to" : "unchanged")} {outcome.Fingerprint[..12]}");
        if (outcome.Faults.Count > 0) throw ApiProblem.BadRequest([.. outcome.Faults.Take(50).Select(f => new Fault("rules", f, "a rules folder that 'hub check' accepts"))]);
        return new ReloadView(outcome.Changed, outcome.Fingerprint);
    }

    private static ApiProblem Unknown(string id) => ApiProblem.NotFound(new LocalText("规则", "rule"), id.Length <= 128 ? id : id[..128]);

    /// <summary>A rule.</summary>
    internal sealed record RuleView(
        string Id, string Version, string Pack, string Type, string TitleZh, string TitleEn, Severity Severity, string Owner, string Basis, string BasisEn, bool Shadow,
        string DescriptionZh, string DescriptionEn, string Source, long AlertsRaised, DateTimeOffset? ShadowedSince, long DivisionsByZero)
    {
        public static RuleView Of(RuleInfo r, Clock clock) => new(
            r.Id, r.Version, r.Pack, r.Type, r.Title.Zh, r.Title.En, r.Severity, r.Owner, r.Basis, r.BasisEn.Length > 0 ? r.BasisEn : r.Basis, r.Shadow, r.Description.Zh, r.Description.En, r.Source, r.AlertsRaised,
            r.ShadowedMs == 0 ? null : clock.At(r.ShadowedMs), r.DivisionsByZero);
    }

    /// <summary>One step of a rule.</summary>
    internal sealed record TraceView(
        DateTimeOffset At, string RuleVersion, string Device, string Place, string Zone, string Outcome, string HeldBy, string Detail, IReadOnlyList<TraceStep> Steps)
    {
        public static TraceView Of(RuleTrace t, Clock clock) => new(clock.At(t.AtMs), t.RuleVersion, t.DeviceId, t.PlaceId, t.Zone, t.Outcome, t.HeldBy, t.Detail, t.Steps);
    }

    /// <summary>Answers of the past, with what they rest on.</summary>
    internal sealed record RetraceView(
        IReadOnlyList<TraceView> Items, string? Next, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? WarmFrom, string NotWatched, long Heard, long Judged);

    /// <summary>The rules folder and what became of it.</summary>
    internal sealed record VersionsView(string Fingerprint, DateTimeOffset Since, string Folder, IReadOnlyList<string> Faults, IReadOnlyList<KeptView> Kept);

    /// <summary>One version of the whole set.</summary>
    internal sealed record KeptView(string Fingerprint, DateTimeOffset Since, string By);

    /// <summary>The text of one version.</summary>
    internal sealed record VersionView(string Fingerprint, IReadOnlyList<FileView> Files);

    /// <summary>One file.</summary>
    internal sealed record FileView(string File, string Text);

    /// <summary>What a reload did.</summary>
    internal sealed record ReloadView(bool Changed, string Fingerprint);
}
