using System.Globalization;
using System.Text.Unicode;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>Messages that could not be decoded: looked at, thrown away, or tried again.</summary>
internal static class DeadLettersApi
{
    private const int MostIds = 10_000;

    public static void MapDeadLetters(this RouteGroupBuilder api)
    {
        api.MapGet("/deadletters", ListAsync).Says(
            "Messages that could not be decoded, the newest first", "reason: word of the reason", "device: id of the device", "limit: 1 to 1000, default 100", "cursor: next of the page before");
        api.MapGet("/deadletters/{id:long}", OneAsync).Says("One of them");
        api.MapDelete("/deadletters/{id:long}", DeleteOneAsync).RequireAuthorization(Schemes.Upkeep).Says("Throws one away; the journal keeps the message");
        api.MapPost("/deadletters/delete", DeleteAsync).RequireAuthorization(Schemes.Upkeep).Says("Throws several away: {ids:[…]}");
    }

    private static async Task<DeadLetterPage> ListAsync(HttpContext http, IDeadLetterStore store, Clock clock, CancellationToken stop)
    {
        var p = new Params(http);
        var (reason, device, limit, before) = (p.Text("reason"), p.Text("device"), p.Limit(), p.Number());
        p.Done();
        var items = await store.ListAsync(reason, device, before, limit, stop);
        var next = items.Count == limit ? items[^1].Id.ToString(CultureInfo.InvariantCulture) : null;
        return new DeadLetterPage([.. items.Select(d => DeadLetterView.Of(d, clock))], next, await store.CountAsync(stop));
    }

    private static async Task<DeadLetterView> OneAsync(long id, HttpContext http, IDeadLetterStore store, Clock clock, CancellationToken stop)
    {
        new Params(http).Done();
        return DeadLetterView.Of(await store.FindAsync(id, stop) ?? throw Unknown(id), clock);
    }

    private static async Task<Deleted> DeleteOneAsync(long id, HttpContext http, IDeadLetterStore store, CancellationToken stop)
    {
        var count = await store.DeleteAsync([id], stop);
        http.AuditDetail($"deleted {count}");
        return count == 0 ? throw Unknown(id) : new Deleted(count);
    }

    private static async Task<Deleted> DeleteAsync(Ids body, HttpContext http, IDeadLetterStore store, CancellationToken stop)
    {
        if (body.Items is not { Count: > 0 and <= MostIds }) throw ApiProblem.Bad("ids", $"{body.Items?.Count ?? 0} ids", $"1 to {MostIds} ids");
        var count = await store.DeleteAsync(body.Items, stop);
        http.AuditDetail($"deleted {count} of {body.Items.Count}, ids {body.Items.Min()} to {body.Items.Max()}");
        return new Deleted(count);
    }

    private static ApiProblem Unknown(long id) => ApiProblem.NotFound(new LocalText("死信", "dead letter"), id.ToString(CultureInfo.InvariantCulture));

    private sealed record Ids([property: System.Text.Json.Serialization.JsonPropertyName("ids")] IReadOnlyList<long>? Items);

    /// <summary>How many were there to delete.</summary>
    internal sealed record Deleted(int Count);

    /// <summary>A page with the counts of all, by reason.</summary>
    internal sealed record DeadLetterPage(IReadOnlyList<DeadLetterView> Items, string? Next, IReadOnlyDictionary<string, long> Counts);

    /// <summary>A message that could not be decoded; the payload as text when it is UTF-8, else in hexadecimal.</summary>
    internal sealed record DeadLetterView(
        long Id, int Lane, long Position, string Topic, string Device, DateTimeOffset At, string Reason, string Detail, string Payload, string Encoding, int PayloadBytes)
    {
        public static DeadLetterView Of(DeadLetter d, Clock clock)
        {
            var bytes = d.Payload.Span;
            var cut = d.Payload.Length < d.PayloadBytes ? WholeCharacters(bytes) : bytes;
            var isText = Utf8.IsValid(cut) && cut.IndexOf((byte)0) < 0;
            return new DeadLetterView(
                d.Id, d.Lane, d.Position, d.Topic, d.DeviceId, clock.At(d.ArrivalMs), d.Reason, d.Detail,
                isText ? System.Text.Encoding.UTF8.GetString(cut) : Convert.ToHexStringLower(bytes), isText ? "utf8" : "hex", d.PayloadBytes);
        }

        // A long payload was cut at a byte, perhaps in the middle of a character.
        private static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> bytes)
        {
            for (var cut = bytes.Length; cut > Math.Max(0, bytes.Length - 4); cut--)
                if (Utf8.IsValid(bytes[..cut])) return bytes[..cut];
            return bytes;
        }
    }
}
