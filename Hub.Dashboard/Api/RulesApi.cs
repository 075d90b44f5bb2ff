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
        api.MapGet("/rules/{id}/trace", Trace).Says("How a rule came to its last answers, the newest first", "device: only this device", "limit: 1 to 1000, default 100");
    }

    private static Page<RuleView> List(HttpContext http, IRuleCatalogue rules)
    {
        var p = new Params(http);
        var type = p.Text("type");
        p.Done();
        return new Page<RuleView>([.. rules.Rules.Where(r => type is null || r.Type == type).Select(RuleView.Of)], null);
    }

    private static RuleView One(string id, HttpContext http, IRuleCatalogue rules)
    {
        new Params(http).Done();
        return RuleView.Of(rules.Rules.FirstOrDefault(r => r.Id == id) ?? throw Unknown(id));
    }

    private static Page<TraceView> Trace(string id, HttpContext http, IRuleCatalogue rules, Clock clock)
    {
        var p = new Params(http);
        var (device, limit) = (p.Text("device"), p.Limit());
        p.Done();
        var trace = rules.TraceOf(id, device, limit) ?? throw Unknown(id);
        return new Page<TraceView>([.. trace.Select(t => new TraceView(clock.At(t.AtMs), t.RuleVersion, t.DeviceId, t.PlaceId, t.Outcome, t.Detail))], null);
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
        string Id, string Version, string Pack, string Type, string TitleZh, string TitleEn, Severity Severity, string Owner, string Basis, bool Shadow,
        string DescriptionZh, string DescriptionEn, string Source, long AlertsRaised)
    {
        public static RuleView Of(RuleInfo r) => new(
            r.Id, r.Version, r.Pack, r.Type, r.Title.Zh, r.Title.En, r.Severity, r.Owner, r.Basis, r.Shadow, r.Description.Zh, r.Description.En, r.Source, r.AlertsRaised);
    }

    /// <summary>One step of a rule.</summary>
    internal sealed record TraceView(DateTimeOffset At, string RuleVersion, string Device, string Place, string Outcome, string Detail);

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
