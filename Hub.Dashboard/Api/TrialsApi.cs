using System.Globalization;
using System.Text.Json.Serialization;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>Trying again: rules on the past, dead letters on a mended decoder. A route exists only where the program can do the work.</summary>
internal static class TrialsApi
{
    private const int PackBytes = 4 << 20;
    private const int MostFiles = 500;
    private const long MostMs = 366L * 86_400_000;
    private const long DayMs = 86_400_000;
    private const int MostFaults = 200;

    public static void MapTrials(this RouteGroupBuilder api, IServiceProviderIsService services)
    {
        if (services.IsService(typeof(IBacktester)))
        {
            api.MapPost("/rules/backtest", BacktestAsync).RequireAuthorization(Schemes.Upkeep).WithMetadata(new RequestSizeLimitAttribute(PackBytes))
                .Says("Tries rules on what the journal holds and sets them beside those in force: {pack or files:[{file, text}], from, to, warm}; makes no cases", "wait: how long to wait for the end, 0 to 60 s, default 20s");
            api.MapGet("/rules/backtests", Jobs).RequireAuthorization(Schemes.Upkeep).Says("Trials, the newest first, without their reports");
            api.MapGet("/rules/backtests/{id}", JobAsync).RequireAuthorization(Schemes.Upkeep).Says("One trial: how far it is, and its report", "wait: how long to wait for the end, 0 to 60 s, default 0");
            api.MapDelete("/rules/backtests/{id}", Cancel).RequireAuthorization(Schemes.Upkeep).Says("Ends a trial");
            api.MapPost("/rules/check", Check).RequireAuthorization(Schemes.Upkeep).WithMetadata(new RequestSizeLimitAttribute(PackBytes)).Says("Checks rules as a whole and tries nothing: {pack or files}");
        }

        if (services.IsService(typeof(IRulePromoter)))
        {
            api.MapGet("/rules/files", Files).RequireAuthorization(Schemes.Upkeep).Says("The files of the rules in force");
            api.MapPost("/rules/promote", PromoteAsync).RequireAuthorization(Schemes.Upkeep).WithMetadata(new RequestSizeLimitAttribute(PackBytes))
                .Says("Puts rules in force: {pack or files, fingerprint: of the rules they were tried against, reason}");
        }

        if (services.IsService(typeof(IRedecoder)))
            api.MapPost("/deadletters/redecode", RedecodeAsync).RequireAuthorization(Schemes.Upkeep).Says("Decodes dead letters again: {ids:[…]}, {reason}, or {filter:{reason, device, topic, from, to}}");
    }

    private static async Task<IResult> BacktestAsync(BacktestBody body, HttpContext http, IBacktester backtester, Clock clock, CancellationToken stop)
    {
        var wait = WaitOf(http, 20_000);
        var to = TimeOf("to", body.To, clock) ?? clock.NowMs;
        var from = TimeOf("from", body.From, clock) ?? to - DayMs;
        if (from >= to || to - from > MostMs) throw ApiProblem.Bad("from", clock.At(from).ToString("O", CultureInfo.InvariantCulture), "an instant before 'to', at most 366 days");
        long warm = DayMs;
        if (body.Warm is { Length: > 0 } text && !(text == "0" || Times.TryParseDuration(text, out warm))) throw ApiProblem.Bad("warm", text, "a duration such as 12h or 14d, or 0");
        if (body.Warm == "0") warm = 0;
        var changes = ChangesOf(body.Pack, body.Files, needed: false);
        http.AuditDetail($"{clock.At(from):O} to {clock.At(to):O}, {changes.Count} file(s)");
        var (job, faults) = backtester.Start(new Backtest(changes, from, to, warm, Caller.Of(http).Id));
        if (faults.Count > 0) throw Refused(faults);
        if (job is null) throw new ApiProblem(429, "busy", new LocalText("正在等待的试运行过多", "Too many trials wait; let one end or end it.")) { RetryAfterSeconds = 10 };
        job = await backtester.WaitAsync(job.Id, wait, stop) ?? job;
        http.Response.Headers.Location = "/api/v1/rules/backtests/" + job.Id;
        return Results.Json(JobView.Of(job, clock), ApiJson.Options, statusCode: job.EndedMs > 0 ? 200 : 202);
    }

    private static Page<JobView> Jobs(HttpContext http, IBacktester backtester, Clock clock)
    {
        new Params(http).Done();
        return new Page<JobView>([.. backtester.Jobs.Select(j => JobView.Of(j with { Report = null }, clock))], null);
    }

    private static async Task<JobView> JobAsync(string id, HttpContext http, IBacktester backtester, Clock clock, CancellationToken stop) =>
        JobView.Of(await backtester.WaitAsync(id, WaitOf(http, 0), stop) ?? throw Unknown(id), clock);

    private static IResult Cancel(string id, HttpContext http, IBacktester backtester)
    {
        new Params(http).Done();
        if (backtester.Find(id) is null) throw Unknown(id);
        http.AuditDetail(backtester.Cancel(id) ? "cancelled" : "had ended");
        return Results.NoContent();
    }

    private static Checked Check(FilesBody body, IBacktester backtester) => Checked.Of(backtester.Check(ChangesOf(body.Pack, body.Files, needed: true)));

    private static FilesView Files(HttpContext http, IRulePromoter promoter)
    {
        new Params(http).Done();
        return new FilesView(promoter.Fingerprint, promoter.Files);
    }

    private static async Task<RulePromotion> PromoteAsync(PromoteBody body, HttpContext http, IRulePromoter promoter, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500) throw ApiProblem.Bad("reason", body.Reason is null ? "nothing" : $"{body.Reason.Length} characters", "why, in 1 to 500 characters; it goes into the audit");
        RulePromotion done;
        try
        {
            done = await promoter.PromoteAsync(ChangesOf(body.Pack, body.Files, needed: true), body.Fingerprint ?? "", Caller.Of(http).Id, stop);
        }
        catch (IOException e)
        {
            throw new ApiProblem(409, "folder-not-writable", new LocalText($"规则目录无法写入：{e.Message}", $"{e.Message}; give the hub's user that folder, or change it by hand."));
        }

        if (done.Outdated)
            throw new ApiProblem(409, "outdated", new LocalText("试运行之后规则已被更改；请重新试运行", "Other rules are in force than those this was tried against; try it again."));
        if (done.Faults.Count > 0) throw Refused(done.Faults);
        http.AuditDetail($"{string.Join(", ", done.Changed)} as {done.Fingerprint[..12]}: {body.Reason}");
        return done;
    }

    private static async Task<Redecoded> RedecodeAsync(RedecodeBody body, HttpContext http, IRedecoder redecoder, Clock clock, CancellationToken stop)
    {
        if (body.Ids is not { Count: > 0 } && string.IsNullOrEmpty(body.Reason) && body.Filter is null) throw ApiProblem.Bad("ids", "nothing", "ids, a reason or a filter");
        if (body.Ids is { Count: > 10_000 }) throw ApiProblem.Bad("ids", $"{body.Ids.Count} ids", "at most 10000");
        var (tried, decoded) = await redecoder.RedecodeAsync(body.Ids ?? [], body.Filter?.Of(clock) ?? new DeadLetterFilter(body.Reason), stop);
        http.AuditDetail($"tried {tried}, decoded {decoded}");
        return new Redecoded(tried, decoded);
    }

    private static IReadOnlyList<PackText> ChangesOf(string? pack, IReadOnlyList<FileBody>? files, bool needed)
    {
        if (!string.IsNullOrEmpty(pack) && files is { Count: > 0 }) throw ApiProblem.Bad("pack", "'pack' and 'files'", "one of them");
        if (files is { Count: > MostFiles }) throw ApiProblem.Bad("files", $"{files.Count} files", $"at most {MostFiles}");
        IReadOnlyList<PackText> changes = string.IsNullOrEmpty(pack) ? [.. (files ?? []).Select(f => new PackText(f.File ?? "", f.Text ?? ""))] : [new PackText("", pack)];
        if (needed && changes.Count == 0) throw ApiProblem.Bad("pack", "nothing", "the YAML text of a pack, or files: [{file, text}]");
        return changes;
    }

    private static TimeSpan WaitOf(HttpContext http, long usualMs)
    {
        var p = new Params(http);
        var wait = p.Text("wait") == "0" ? 0 : p.Duration("wait") ?? usualMs;
        if (wait > 60_000) p.Fault("wait", $"{wait} ms", "at most 60s; ask again for longer");
        p.Done();
        return TimeSpan.FromMilliseconds(wait);
    }

    private static long? TimeOf(string name, string? text, Clock clock)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return Times.TryParse(text, clock, out var ms) ? ms : throw ApiProblem.Bad(name, text.Length <= 60 ? text : text[..60], "ISO 8601 such as 2026-11-22T08:00:00+08:00, or epoch milliseconds");
    }

    private static ApiProblem Refused(IReadOnlyList<string> faults) => ApiProblem.BadRequest([.. faults.Take(MostFaults).Select(FaultOf)]);

    // "file:line:column: found; allowed", as the rules room writes it.
    private static Fault FaultOf(string line)
    {
        var text = line.IndexOf(": ", StringComparison.Ordinal);
        var allowed = line.LastIndexOf("; ", StringComparison.Ordinal);
        return text < 0 || allowed < text ? new Fault("rules", line, "rules that 'hub check' accepts") : new Fault(line[..text], line[(text + 2)..allowed], line[(allowed + 2)..]);
    }

    private static ApiProblem Unknown(string id) => ApiProblem.NotFound(new LocalText("试运行", "trial"), id.Length <= 64 ? id : id[..64]);

    // A field misspelt here would try another span, or decode everything again: it is refused.
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record FileBody(string? File, string? Text);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record FilesBody(string? Pack, IReadOnlyList<FileBody>? Files);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record BacktestBody(string? Pack, IReadOnlyList<FileBody>? Files, string? From, string? To, string? Warm);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record PromoteBody(string? Pack, IReadOnlyList<FileBody>? Files, string? Fingerprint, string? Reason);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record RedecodeBody(IReadOnlyList<long>? Ids, string? Reason, DeadLettersApi.FilterBody? Filter);

    /// <summary>How many were tried and how many left the dead letters.</summary>
    internal sealed record Redecoded(int Tried, int Decoded);

    /// <summary>What is wrong with the files; nothing when they are sound.</summary>
    internal sealed record Checked(IReadOnlyList<string> Faults, string Fingerprint)
    {
        public static Checked Of((IReadOnlyList<string> Faults, string Fingerprint) check) => new(check.Faults, check.Fingerprint);
    }

    /// <summary>The rules in force as files.</summary>
    internal sealed record FilesView(string Fingerprint, IReadOnlyList<PackText> Files);

    /// <summary>A trial.</summary>
    internal sealed record JobView(
        string Id, BacktestState State, double Share, long Messages, DateTimeOffset AskedAt, DateTimeOffset? EndedAt, string By, DateTimeOffset From, DateTimeOffset To,
        IReadOnlyList<string> Files, string Fault, ReportView? Report)
    {
        public static JobView Of(BacktestJob j, Clock clock) => new(
            j.Id, j.State, j.Share, j.Messages, clock.At(j.AskedMs), clock.AtOrNull(j.EndedMs), j.Trial.By, clock.At(j.Trial.FromMs), clock.At(j.Trial.ToMs),
            [.. j.Trial.Changes.Select(c => c.File)], j.Fault, j.Report is null ? null : ReportView.Of(j.Report, clock));
    }

    /// <summary>What came of a trial.</summary>
    internal sealed record ReportView(
        string Fingerprint, string TriedFingerprint, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? WarmFrom, long Messages, long Readings, double Seconds,
        RowView Total, IReadOnlyList<RowView> Rules, IReadOnlyList<BacktestLoad> Workload, IReadOnlyList<ChangeView> Changes, int ChangesLeftOut)
    {
        public static ReportView Of(BacktestReport r, Clock clock) => new(
            r.Fingerprint, r.TriedFingerprint, clock.At(r.FromMs), clock.At(r.ToMs), clock.AtOrNull(r.WarmFromMs), r.Messages, r.Readings, r.Seconds, RowView.Of(r.Total),
            [.. r.Rules.Select(RowView.Of)], r.Workload,
            [.. r.Changes.Select(c => new ChangeView(c.Kind, c.Rule, c.Case, c.Severity, c.Title.Zh, c.Title.En, c.Place, clock.AtOrNull(c.NowMs), clock.AtOrNull(c.TriedMs), c.Verdict))], r.ChangesLeftOut);
    }

    /// <summary>One rule in a trial.</summary>
    internal sealed record RowView(
        string Rule, string Type, string TitleZh, string TitleEn, string Version, string TriedVersion, bool Changed,
        BacktestFigures Alerts, BacktestFigures Cases, BacktestVerdicts Now, BacktestVerdicts Tried)
    {
        public static RowView Of(BacktestRow r) => new(r.Rule, r.Type, r.Title.Zh, r.Title.En, r.Version, r.TriedVersion, r.Changed, r.Alerts, r.Cases, r.Now, r.Tried);
    }

    /// <summary>One difference.</summary>
    internal sealed record ChangeView(
        string Kind, string Rule, bool Case, Severity Severity, string TitleZh, string TitleEn, string Place, DateTimeOffset? NowAt, DateTimeOffset? TriedAt, string Verdict);
}
