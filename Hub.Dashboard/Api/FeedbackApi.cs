using Hub.Cases;
using Hub.Cases.Feedback;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>What people said of the cases of each rule, which devices raise false alarms again and again, and what to change.</summary>
internal static class FeedbackApi
{
    private const long UsualMs = 90L * 86_400_000;
    private const long UsualTrialMs = 30L * 86_400_000;
    private const long MostMs = 732L * 86_400_000;
    private const int MostOffenders = 200;

    public static void MapFeedback(this RouteGroupBuilder api, IServiceProviderIsService services)
    {
        api.MapGet("/rules/feedback", ReadAsync).Says(
            "What people said of the cases of each rule and version, and the devices whose cases were dismissed more than once",
            "from: first opening, default 90 days ago", "to: last opening", "rule: only this rule");
        if (!services.IsService(typeof(IRuleAdviser))) return;
        api.MapGet("/rules/advice", AdviseAsync).RequireAuthorization(Schemes.Upkeep).Says(
            "Advice on thresholds and dead-bands from people's verdicts, with what a trial on the past said of it", "from: first opening, default 30 days ago", "to: last opening", "rule: only this rule");
        api.MapPost("/rules/advice/try", TryAsync).RequireAuthorization(Schemes.Upkeep).Says("Starts trials of the advice that is untried", "from: first opening, default 30 days ago", "to: last opening");
    }

    private static async Task<FeedbackView> ReadAsync(HttpContext http, ICaseStore store, Clock clock, CancellationToken stop)
    {
        var (from, to, rule) = SpanOf(http, clock, UsualMs);
        var caller = Caller.Of(http);
        var cases = (await Verdicts.ReadAsync(store, from, to, stop)).Where(c => rule is null || c.Case.Rule == rule).ToList();
        return new FeedbackView(
            clock.At(from), clock.At(to), RuleFeedback.ByRule(cases), // counts alone: restricted leads are counted for everyone and shown to no one
            [.. RuleFeedback.Offenders(cases.Where(c => caller.MaySee(c.Case)), MostOffenders).Select(o => new OffenderView(o.DeviceId, o.Rule, o.Cases, o.Confirmed, o.Dismissed, clock.At(o.LastMs)))]);
    }

    private static async Task<Page<RuleAdvice>> AdviseAsync(HttpContext http, IRuleAdviser adviser, Clock clock, CancellationToken stop)
    {
        var (from, to, rule) = SpanOf(http, clock, UsualTrialMs);
        return new Page<RuleAdvice>([.. (await adviser.AdviseAsync(from, to, stop)).Where(a => rule is null || a.Rule == rule)], null);
    }

    private static async Task<Started> TryAsync(HttpContext http, IRuleAdviser adviser, Clock clock, CancellationToken stop)
    {
        var (from, to, _) = SpanOf(http, clock, UsualTrialMs);
        var started = await adviser.TryAsync(from, to, Caller.Of(http).Id, stop);
        http.AuditDetail($"started {started}");
        return new Started(started);
    }

    private static (long From, long To, string? Rule) SpanOf(HttpContext http, Clock clock, long usualMs)
    {
        var p = new Params(http);
        var rule = p.Text("rule");
        var to = p.Time("to", clock) ?? clock.NowMs;
        var from = p.Time("from", clock) ?? to - usualMs;
        if (from >= to || to - from > MostMs) p.Fault("from", clock.At(from).ToString("O", null), "an instant before 'to', at most two years");
        p.Done();
        return (from, to, rule);
    }

    /// <summary>What people said.</summary>
    internal sealed record FeedbackView(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<RuleVerdicts> Rules, IReadOnlyList<OffenderView> Devices);

    /// <summary>A device that is dismissed again and again.</summary>
    internal sealed record OffenderView(string Device, string Rule, int Cases, int Confirmed, int Dismissed, DateTimeOffset LastAt);

    /// <summary>How many trials were started.</summary>
    internal sealed record Started(int Trials);
}
