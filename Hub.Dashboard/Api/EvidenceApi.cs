using Hub.Cases;
using Hub.Core;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>Evidence of a case: listed, uploaded, fetched.</summary>
internal static class EvidenceApi
{
    private static readonly string[] kinds = ["photo", "photoBefore", "photoAfter", "readings", "clip", "document", "call"];
    private const int FormBytes = 64 << 10; // what surrounds the file in a form

    public static void MapEvidence(this RouteGroupBuilder api, DashboardOptions options, bool withDesk)
    {
        api.MapGet("/cases/{id}/evidence", ListAsync).Says("Evidence of a case, the oldest first");
        api.MapGet("/cases/{id}/evidence/{hash}", FetchAsync).Says("The bytes of a piece of evidence");
        if (!withDesk) return;
        api.MapPost("/cases/{id}/evidence", AddAsync).RequireAuthorization(Schemes.MayAct)
            .WithMetadata(new RequestSizeLimitAttribute(options.EvidenceBytes + FormBytes))
            .Says("Adds evidence: a form with file, kind and note, or JSON {kind, ref, hash} for what is kept elsewhere");
    }

    private static async Task<Page<EvidenceView>> ListAsync(string id, HttpContext http, ICaseStore store, EvidenceFiles files, Clock clock, CancellationToken stop)
    {
        new Params(http).Done();
        var found = await CasesApi.FindAsync(store, id, http, stop);
        return new Page<EvidenceView>([.. found.Evidence.Select(e => EvidenceView.Of(id, e, files, clock))], null);
    }

    private static async Task<IResult> FetchAsync(string id, string hash, HttpContext http, ICaseStore store, EvidenceFiles files, CancellationToken stop)
    {
        var found = await CasesApi.FindAsync(store, id, http, stop);
        if (!found.Evidence.Any(e => e.Hash == hash) || files.Open(hash) is not { } file) throw ApiProblem.NotFound(new LocalText("证据", "evidence"), hash.Length <= 64 ? hash : hash[..64]);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; img-src 'self'; sandbox"; // whatever is in it runs nowhere
        http.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.Stream(file.Content, file.Type);
    }

    private static async Task<EvidenceView> AddAsync(
        string id, HttpContext http, ICaseStore store, CaseDesk desk, EvidenceFiles files, Clock clock, CancellationToken stop)
    {
        await CasesApi.FindAsync(store, id, http, stop);
        var (item, isNewFile) = http.Request.HasFormContentType ? await ReadFormAsync(http, files, stop) : (await ReadReferenceAsync(http, stop), false);
        http.AuditDetail($"{item.Kind} {item.Hash}");
        try
        {
            var after = await CaseWorkApi.AskAsync(() => desk.AddEvidenceAsync(id, Caller.Of(http).ToAccount(), [item], stop));
            return EvidenceView.Of(id, after.Evidence[^1], files, clock);
        }
        catch (ApiProblem) when (isNewFile)
        {
            files.Remove(item.Hash); // nothing points to it
            throw;
        }
    }

    private static async Task<(EvidenceItem Item, bool IsNew)> ReadFormAsync(HttpContext http, EvidenceFiles files, CancellationToken stop)
    {
        if (!files.IsOn) throw new ApiProblem(422, "no-data-folder", new LocalText("本机未设置数据目录，不能保存文件", "This hub has no data folder to keep files in."));
        var form = await http.Request.ReadFormAsync(stop);
        var file = form.Files.GetFile("file") ?? throw ApiProblem.Bad("file", "nothing", "a file");
        var kind = KindOf(form["kind"].ToString() is { Length: > 0 } given ? given : "photo");
        var note = form["note"].ToString();
        if (note.Length > 300) throw ApiProblem.Bad("note", $"{note.Length} characters", "at most 300");
        try
        {
            await using var content = file.OpenReadStream();
            var (hash, isNew) = await files.KeepAsync(content, stop) ?? throw ApiProblem.Bad("file", "bytes of another type", "one of " + EvidenceFiles.Allowed);
            var name = Path.GetFileName(file.FileName);
            return (new EvidenceItem(kind, note.Length > 0 ? note : name.Length is > 0 and <= 200 ? name : kind, hash), isNew);
        }
        catch (InvalidDataException e)
        {
            throw new ApiProblem(413, "too-large", new LocalText("文件过大：" + e.Message, "The file is " + e.Message + "."));
        }
        catch (IOException)
        {
            throw new ApiProblem(507, "disk-full", new LocalText("文件无法写入磁盘", "The file could not be written to disk."));
        }
    }

    private static async Task<EvidenceItem> ReadReferenceAsync(HttpContext http, CancellationToken stop)
    {
        var body = await http.Request.ReadFromJsonAsync<EvidenceBody>(stop) ?? throw ApiProblem.Bad("body", "nothing", "{kind, ref, hash}");
        KindOf(body.Kind ?? "");
        return EvidenceBody.Read([body])[0];
    }

    private static string KindOf(string kind) =>
        kinds.Contains(kind, StringComparer.Ordinal) ? kind : throw ApiProblem.Bad("kind", kind.Length <= 40 ? $"'{kind}'" : "a long word", "one of " + string.Join(", ", kinds));

    /// <summary>A piece of evidence; <see cref="Url"/> is null when it is kept elsewhere.</summary>
    internal sealed record EvidenceView(string Kind, string Ref, string Hash, DateTimeOffset At, string By, string? Url)
    {
        public static EvidenceView Of(string caseId, EvidenceItem e, EvidenceFiles files, Clock clock) =>
            new(e.Kind, e.Ref, e.Hash, clock.At(e.AtMs), e.By, files.Has(e.Hash) ? $"/api/v1/cases/{caseId}/evidence/{e.Hash}" : null);
    }
}
