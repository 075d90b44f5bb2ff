using System.Text.Json.Serialization;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>Maintenance windows, silences, tests and inhibitors: who holds what back, why and until when.</summary>
internal static class SuppressionsApi
{
    private const int LongestWord = 60;
    private const int LongestReason = 300;
    private const int MostNames = 200;
    private const long HourMs = 3_600_000;

    public static void MapSuppressions(this RouteGroupBuilder api, IServiceProviderIsService services)
    {
        if (!services.IsService(typeof(ISuppressionDesk))) return;
        api.MapGet("/suppressions", ListAsync).Says("What holds alerts back, the newest end first", "state: planned, active or over", "limit: 1 to 1000, default 100");
        api.MapGet("/suppressions/held", Held).Says("Alerts that are held back now");
        api.MapPost("/suppressions", AddAsync).RequireAuthorization(Schemes.Upkeep)
            .Says("Holds alerts below P1 back: {kind, owner, reason, from, to, place, devices, kinds, types, rules, while, whileLevel}; 201 with it");
        api.MapPost("/suppressions/{id}/end", EndAsync).RequireAuthorization(Schemes.Upkeep).Says("Ends one now; what still holds is raised");
    }

    /// <summary>For how long one of a kind may run: long enough for its work, too short to be forgotten.</summary>
    private static long LongestMs(SuppressionKind kind) => kind switch
    {
        SuppressionKind.Test => 24 * HourMs,
        SuppressionKind.Silence => 7 * 24 * HourMs,
        SuppressionKind.Maintenance => 31 * 24 * HourMs,
        _ => 366 * 24 * HourMs,
    };

    private static async Task<Page<SuppressionView>> ListAsync(HttpContext http, ISuppressionDesk desk, IDeviceDirectory directory, Clock clock, CancellationToken stop)
    {
        var p = new Params(http);
        var (state, limit) = (p.OneOf("state", ["planned", "active", "over"]), p.Limit());
        p.Done();
        var held = desk.Held.GroupBy(h => h.By, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var all = (await desk.ListAsync(1_000, stop)).Select(s => View(s, directory, clock, held.GetValueOrDefault(s.Id)));
        return new Page<SuppressionView>([.. all.Where(s => state is null || s.State == state).Take(limit)], null);
    }

    private static Page<HeldView> Held(HttpContext http, ISuppressionDesk desk, IDeviceDirectory directory, Clock clock)
    {
        new Params(http).Done();
        return new Page<HeldView>(
            [.. desk.Held.Select(h => new HeldView(h.Rule, h.Type, h.Severity, h.PlaceId, directory.PlaceOf(h.PlaceId).Title.Zh, directory.PlaceOf(h.PlaceId).Title.En, h.DeviceId, clock.At(h.SinceMs), h.By))], null);
    }

    private static async Task<Created<SuppressionView>> AddAsync(
        SuppressionBody body, HttpContext http, ISuppressionDesk desk, IDeviceDirectory directory, IRuleCatalogue rules, Clock clock, CancellationToken stop)
    {
        var made = Read(body, Caller.Of(http).Id, directory, rules, clock);
        if ((await desk.ListAsync(desk.Most * 4, stop)).Count(s => s.EndedMs == 0 && s.ToMs > clock.NowMs) >= desk.Most)
            throw new ApiProblem(409, "too-many", new LocalText($"已有 {desk.Most} 项屏蔽，请先结束一些", $"There are {desk.Most} suppressions already; end some first."));
        await desk.AddAsync(made, stop);
        http.AuditDetail($"{made.Id} {made.Kind} until {clock.At(made.ToMs):O}: {made.Reason}");
        return TypedResults.Created($"/api/v1/suppressions/{made.Id}", View(made, directory, clock, 0));
    }

    private static async Task<SuppressionView> EndAsync(string id, HttpContext http, ISuppressionDesk desk, IDeviceDirectory directory, Clock clock, CancellationToken stop)
    {
        new Params(http).Done();
        var ended = await desk.EndAsync(id, Caller.Of(http).Id, stop) ?? throw ApiProblem.NotFound(new LocalText("进行中的屏蔽", "suppression that is not over"), id.Length <= 64 ? id : id[..64]);
        http.AuditDetail(ended.Id);
        return View(ended, directory, clock, 0);
    }

    private static Suppression Read(SuppressionBody body, string by, IDeviceDirectory directory, IRuleCatalogue rules, Clock clock)
    {
        var faults = new List<Fault>();
        if (!Enum.TryParse<SuppressionKind>(body.Kind, ignoreCase: true, out var kind) || !Enum.IsDefined(kind) || char.IsAsciiDigit(body.Kind![0]))
            faults.Add(new Fault("kind", Shown(body.Kind), "maintenance, silence, test or inhibitor"));
        Word(faults, "owner", body.Owner, LongestWord, "who answers for it");
        Word(faults, "reason", body.Reason, LongestReason, "why");
        var from = body.From?.ToUnixTimeMilliseconds() ?? clock.NowMs;
        var to = body.To?.ToUnixTimeMilliseconds() ?? 0;
        if (body.To is null) faults.Add(new Fault("to", "nothing", "when it ends; there is always an end"));
        else if (to <= Math.Max(from, clock.NowMs)) faults.Add(new Fault("to", $"{body.To:O}", "an instant after 'from' that is still to come"));
        else if (faults.Count == 0 && to - from > LongestMs(kind)) faults.Add(new Fault("to", $"{(to - from) / HourMs} hours", $"at most {LongestMs(kind) / HourMs} hours for {body.Kind}"));
        if (from > clock.NowMs + (366 * 24 * HourMs)) faults.Add(new Fault("from", $"{body.From:O}", "an instant within a year"));

        var devices = Names(faults, "devices", body.Devices, d => directory.Find(d) is not null, "ids of registered devices");
        var kinds = Names(faults, "kinds", body.Kinds, k => Core.Devices.DeviceKinds.IsKnown(k), "kinds of devices");
        var types = Names(faults, "types", body.Types, t => AnomalyTypes.All.Contains(t) || rules.Rules.Any(r => r.Type == t), "ids of anomaly types");
        var ids = Names(faults, "rules", body.Rules, i => rules.Rules.Any(r => r.Id == i), "ids of rules in force");
        var sources = Names(faults, "while", body.While, t => AnomalyTypes.All.Contains(t) || rules.Rules.Any(r => r.Type == t), "ids of anomaly types");
        var place = body.Place ?? "";
        if (place.Length > 0 && !directory.Places.Any(p => p.Id == place) && !directory.All.Any(d => Inside(d.Place.Id, place))) faults.Add(new Fault("place", Shown(place), "the path of a place"));
        if (place.Length == 0 && devices.Count + kinds.Count + types.Count + ids.Count == 0) faults.Add(new Fault("place", "no scope at all", "a place, devices, kinds, types or rules"));
        if (kind == SuppressionKind.Inhibitor && sources.Count == 0) faults.Add(new Fault("while", "nothing", "the anomaly types that make the others follow"));
        if (kind != SuppressionKind.Inhibitor && sources.Count > 0) faults.Add(new Fault("while", $"{sources.Count} types", "nothing, unless the kind is inhibitor"));
        if (body.WhileLevel is { Length: > 0 } level && (!Enum.TryParse<PlaceKind>(level, ignoreCase: true, out _) || char.IsAsciiDigit(level[0]))) faults.Add(new Fault("whileLevel", Shown(level), "a kind of place such as building"));
        if (faults.Count > 0) throw ApiProblem.BadRequest(faults);
        return new Suppression
        {
            Id = FormattableString.Invariant($"s-{clock.NowMs:x}-{Guid.NewGuid().ToString("N")[..6]}"), Kind = kind, Owner = body.Owner!.Trim(), Reason = body.Reason!.Trim(), FromMs = from, ToMs = to, Place = place,
            Devices = devices, Kinds = kinds, Types = types, Rules = ids, While = sources, WhileLevel = body.WhileLevel ?? "", By = by, MadeMs = clock.NowMs,
        };
    }

    private static bool Inside(string path, string place) => path.StartsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[place.Length] == '/');

    private static void Word(List<Fault> faults, string name, string? text, int longest, string expected)
    {
        if (string.IsNullOrWhiteSpace(text)) faults.Add(new Fault(name, "nothing", expected));
        else if (text.Length > longest) faults.Add(new Fault(name, $"{text.Length} characters", $"at most {longest}"));
    }

    private static List<string> Names(List<Fault> faults, string name, IReadOnlyList<string>? given, Func<string, bool> known, string expected)
    {
        if (given is { Count: > MostNames }) faults.Add(new Fault(name, $"{given.Count} names", $"at most {MostNames}"));
        else if (given?.FirstOrDefault(g => string.IsNullOrEmpty(g) || !known(g)) is { } wrong) faults.Add(new Fault(name, Shown(wrong), expected));
        return [.. given ?? []];
    }

    private static string Shown(string? text) => text is null or "" ? "nothing" : text.Length <= LongestWord ? $"'{text}'" : $"'{text[..LongestWord]}…'";

    private static SuppressionView View(Suppression s, IDeviceDirectory directory, Clock clock, int held)
    {
        var place = s.Place.Length == 0 ? default : directory.PlaceOf(s.Place).Title;
        var state = s.EndedMs > 0 || s.ToMs <= clock.NowMs ? "over" : s.FromMs > clock.NowMs ? "planned" : "active";
        return new SuppressionView(
            s.Id, s.Kind.ToString().ToLowerInvariant(), state, s.Owner, s.Reason, clock.At(s.FromMs), clock.At(s.ToMs), s.Place, place.Zh ?? "", place.En ?? "", s.Devices, s.Kinds, s.Types, s.Rules, s.While, s.WhileLevel,
            s.By, clock.At(s.MadeMs), s.EndedMs == 0 ? null : clock.At(s.EndedMs), s.EndedBy, held);
    }

    // A field misspelt here would hold back more than was meant: it is refused.
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record SuppressionBody(
        string? Kind, string? Owner, string? Reason, DateTimeOffset? From, DateTimeOffset? To, string? Place, IReadOnlyList<string>? Devices, IReadOnlyList<string>? Kinds,
        IReadOnlyList<string>? Types, IReadOnlyList<string>? Rules, IReadOnlyList<string>? While, string? WhileLevel);

    /// <summary>What holds alerts back.</summary>
    internal sealed record SuppressionView(
        string Id, string Kind, string State, string Owner, string Reason, DateTimeOffset From, DateTimeOffset To, string Place, string PlaceTitleZh, string PlaceTitleEn, IReadOnlyList<string> Devices,
        IReadOnlyList<string> Kinds, IReadOnlyList<string> Types, IReadOnlyList<string> Rules, IReadOnlyList<string> While, string WhileLevel, string By, DateTimeOffset MadeAt, DateTimeOffset? EndedAt, string EndedBy, int Held);

    /// <summary>An alert that is held back.</summary>
    internal sealed record HeldView(string Rule, string Type, Severity Severity, string Place, string PlaceTitleZh, string PlaceTitleEn, string Device, DateTimeOffset Since, string By);
}
