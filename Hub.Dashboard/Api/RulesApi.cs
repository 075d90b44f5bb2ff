using Hub.Core;
using Hub.Core.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>The rules in force and how they came to their answers.</summary>
internal static class RulesApi
{
    public static void MapRules(this RouteGroupBuilder api)
    {
        api.MapGet("/rules", List).Says("Every rule in force", "type: id of the anomaly type");
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
}
