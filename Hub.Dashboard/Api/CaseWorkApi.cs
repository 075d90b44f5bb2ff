using Hub.Cases;
using Hub.Core;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Hub.Dashboard.Shapes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>What people do with cases: the buttons, the steps, reports by hand. The desk decides; here its answer is put into words.</summary>
internal static class CaseWorkApi
{
    public static void MapCaseWork(this RouteGroupBuilder api)
    {
        api.MapGet("/cases/{id}/actions", ActionsAsync).Says("What I may do with a case now", "lang: zh or en");
        api.MapPost("/cases/{id}/transitions", TransitionAsync).Says("Takes a step; 409 names what is allowed, 422 what is missing");
        api.MapPost("/cases", ReportAsync).RequireAuthorization(Schemes.MayAct).Says("Registers what a person, a resident or the hotline reports");
    }

    private static async Task<Page<ActionView>> ActionsAsync(string id, HttpContext http, ICaseStore store, CaseDesk desk, CancellationToken stop)
    {
        new Params(http).Done();
        var found = await CasesApi.FindAsync(store, id, http, stop);
        var actions = desk.ActionsFor(found, Caller.Of(http).ToAccount());
        return new Page<ActionView>([.. actions.Select(a => new ActionView(a.Action, a.Title.Zh, a.Title.En, a.Transition, a.State, a.Post, a.AsksOnly, a.Needs))], null);
    }

    private static async Task<CaseView> TransitionAsync(string id, TransitionBody body, HttpContext http, CaseDesk desk, Clock clock, CancellationToken stop)
    {
        var action = body.Action ?? "";
        if (action.Length is 0 or > 40) throw ApiProblem.Bad("action", action.Length == 0 ? "nothing" : $"{action.Length} characters", "the name of an action; GET cases/{id}/actions lists them");
        http.AuditDetail(action);
        if (body.Post is { Length: > 0 }) http.AuditPost(body.Post);
        var request = new TransitionRequest
        {
            Action = action,
            Actor = Caller.Of(http).ToAccount(),
            Post = body.Post ?? "",
            Note = body.Note ?? "",
            Reason = body.Reason ?? "",
            Evidence = EvidenceBody.Read(body.Evidence),
            Assignee = body.Assignee ?? "",
            Target = body.Target ?? "",
            Receipt = body.Receipt ?? "",
            ActionCode = body.ActionCode ?? "",
            UntilMs = body.UntilMs ?? 0,
            Arrival = body.Arrival is { } a ? new ArrivalProof(a.Longitude, a.Latitude, a.Plate) : null,
            Rating = body.Rating ?? 0,
            ExpectedVersion = body.ExpectedVersion,
        };
        return CaseView.Of(await AskAsync(() => desk.TransitionAsync(id, request, stop)), clock, http.Language());
    }

    private static async Task<Created<CaseView>> ReportAsync(ReportBody body, HttpContext http, CaseDesk desk, Clock clock, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(body.Type)) throw ApiProblem.Bad("type", "nothing", "the id of an anomaly type");
        if (string.IsNullOrWhiteSpace(body.Place)) throw ApiProblem.Bad("place", "nothing", "the path of a place");
        if (body.Severity is null) throw ApiProblem.Bad("severity", "nothing", "one of P1, P2, P3, P4");
        var opened = await AskAsync(() => desk.ReportAsync(
            new ManualReport
            {
                Actor = Caller.Of(http).ToAccount(),
                Post = body.Post ?? "",
                Source = body.Source ?? "person",
                Type = body.Type,
                Severity = body.Severity.Value,
                PlaceId = body.Place,
                Zone = body.Zone,
                Longitude = body.Longitude,
                Latitude = body.Latitude,
                Note = body.Note ?? "",
                OccurredAtMs = body.OccurredAt?.ToUnixTimeMilliseconds() ?? 0,
                Evidence = EvidenceBody.Read(body.Evidence),
                Sim = body.Sim ?? false,
            },
            stop));
        http.AuditDetail(opened.Id);
        return TypedResults.Created("/api/v1/cases/" + opened.Id, CaseView.Of(opened, clock, http.Language()));
    }

    /// <summary>Asks the desk; its refusal becomes a problem in both languages.</summary>
    public static async Task<GridCase> AskAsync(Func<Task<GridCase>> ask)
    {
        try
        {
            return await ask();
        }
        catch (CaseRefusedException e)
        {
            var allowed = e.Allowed.Count == 0 ? "" : "；现在可用：" + string.Join("、", e.Allowed);
            throw e.Refusal switch
            {
                Refusal.NotFound => new ApiProblem(404, "not-found", new LocalText("没有这个案件", e.Message)),
                Refusal.Forbidden => new ApiProblem(403, "not-allowed", new LocalText("您的岗位不能执行此操作" + allowed, e.Message)) { Allowed = e.Allowed },
                Refusal.IllegalTransition => new ApiProblem(409, "illegal-transition", new LocalText("案件当前状态不允许此操作" + allowed, e.Message)) { Allowed = e.Allowed },
                Refusal.Outdated => new ApiProblem(409, "outdated", new LocalText("案件刚被他人更新，请刷新后再试" + allowed, e.Message)) { Allowed = e.Allowed },
                Refusal.Incomplete => new ApiProblem(422, "incomplete", new LocalText("缺少必要内容：" + e.Message, e.Message)) { Allowed = e.Allowed },
                _ => throw new System.Diagnostics.UnreachableException(e.Refusal.ToString()),
            };
        }
    }

    /// <summary>A button of the case page.</summary>
    internal sealed record ActionView(
        string Action, string TitleZh, string TitleEn, string Transition, CaseState State, string Post, bool AsksOnly, IReadOnlyList<string> Needs);

    /// <summary>A step with whatever it needs.</summary>
    internal sealed record TransitionBody(
        string? Action, string? Post, int? ExpectedVersion, string? Note, string? Reason, string? Assignee, IReadOnlyList<EvidenceBody>? Evidence,
        ArrivalBody? Arrival, long? UntilMs, string? Target, string? Receipt, string? ActionCode, int? Rating);

    /// <summary>Proof of presence: a position in degrees (WGS 84), or the place id from the wall plate.</summary>
    internal sealed record ArrivalBody(double? Longitude, double? Latitude, string? Plate);

    /// <summary>A report by hand.</summary>
    internal sealed record ReportBody(
        string? Type, Severity? Severity, string? Place, string? Zone, double? Longitude, double? Latitude, string? Note, DateTimeOffset? OccurredAt,
        string? Source, string? Post, IReadOnlyList<EvidenceBody>? Evidence, bool? Sim);
}

/// <summary>Evidence named in a body: what it is and where it lies.</summary>
internal sealed record EvidenceBody(string? Kind, string? Ref, string? Hash)
{
    public static IReadOnlyList<EvidenceItem> Read(IReadOnlyList<EvidenceBody>? items) =>
        items is null ? [] : [.. items.Select(i => new EvidenceItem(i.Kind ?? "", i.Ref ?? "", i.Hash?.ToLowerInvariant() ?? ""))];
}
