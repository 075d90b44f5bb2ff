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
    private const int PackBytes = 1 << 20;
    private const long MostMs = 31L * 86_400_000;

    public static void MapTrials(this RouteGroupBuilder api, IServiceProviderIsService services)
    {
        if (services.IsService(typeof(IBacktester)))
        {
            api.MapPost("/rules/backtest", BacktestAsync).RequireAuthorization(Schemes.Upkeep).WithMetadata(new RequestSizeLimitAttribute(PackBytes))
                .Says("Tries a rule pack on what the journal holds: {pack, from, to}; makes no cases");
        }

        if (services.IsService(typeof(IRedecoder)))
            api.MapPost("/deadletters/redecode", RedecodeAsync).RequireAuthorization(Schemes.Upkeep).Says("Decodes dead letters again: {ids:[…]} or {reason}");
    }

    private static async Task<BacktestResult> BacktestAsync(BacktestBody body, HttpContext http, IBacktester backtester, Clock clock, CancellationToken stop)
    {
        var to = body.To?.ToUnixTimeMilliseconds() ?? clock.NowMs;
        var from = body.From?.ToUnixTimeMilliseconds() ?? to - 86_400_000;
        if (from >= to || to - from > MostMs) throw ApiProblem.Bad("from", clock.At(from).ToString("O", null), "an instant before 'to', at most 31 days");
        http.AuditDetail($"{clock.At(from):O} to {clock.At(to):O}");
        var result = await backtester.RunAsync(new Backtest(body.Pack ?? "", from, to), stop);
        return result.Faults.Count == 0 ? result : throw ApiProblem.BadRequest([.. result.Faults.Take(50).Select(f => new Fault("pack", f, "a rule pack that 'hub check' accepts"))]);
    }

    private static async Task<Redecoded> RedecodeAsync(RedecodeBody body, HttpContext http, IRedecoder redecoder, CancellationToken stop)
    {
        if (body.Ids is not { Count: > 0 } && string.IsNullOrEmpty(body.Reason)) throw ApiProblem.Bad("ids", "nothing", "ids, or a reason");
        if (body.Ids is { Count: > 10_000 }) throw ApiProblem.Bad("ids", $"{body.Ids.Count} ids", "at most 10000");
        var (tried, decoded) = await redecoder.RedecodeAsync(body.Ids ?? [], body.Reason, stop);
        http.AuditDetail($"tried {tried}, decoded {decoded}");
        return new Redecoded(tried, decoded);
    }

    private sealed record BacktestBody(string? Pack, DateTimeOffset? From, DateTimeOffset? To);

    private sealed record RedecodeBody(IReadOnlyList<long>? Ids, string? Reason);

    /// <summary>How many were tried and how many left the dead letters.</summary>
    internal sealed record Redecoded(int Tried, int Decoded);
}
