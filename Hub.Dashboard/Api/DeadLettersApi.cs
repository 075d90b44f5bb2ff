using System.Globalization;
using System.Text.Json.Serialization;
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

    public static void MapDeadLetters(this RouteGroupBuilder api, bool refusals)
    {
        api.MapGet("/deadletters", ListAsync).Says(
            "Messages that could not be decoded, the newest first", "reason: word of the reason", "device: id of the device", "topic: beginning of the topic", "from: arrival, ISO 8601 or epoch ms",
            "to: exclusive", "limit: 1 to 1000, default 100", "cursor: next of the page before");
        api.MapGet("/deadletters/{id:long}", OneAsync).Says("One of them");
        api.MapDelete("/deadletters/{id:long}", DeleteOneAsync).RequireAuthorization(Schemes.Upkeep).Says("Throws one away; the journal keeps the message");
        api.MapPost("/deadletters/delete", DeleteAsync).RequireAuthorization(Schemes.Upkeep).Says("Throws several away: {ids:[…]}, or {filter:{reason, device, topic, from, to}}");
        if (refusals) api.MapGet("/refusals", Refused).Says("The last messages the door refused since the start, the newest first", "limit: 1 to 1000, default 100");
    }

    private static async Task<DeadLetterPage> ListAsync(HttpContext http, IDeadLetterStore store, Clock clock, CancellationToken stop)
    {
        var p = new Params(http);
        var filter = new DeadLetterFilter(p.Text("reason"), p.Text("device"), p.Text("topic"), p.Time("from", clock), p.Time("to", clock));
        var (limit, before) = (p.Limit(), p.Number());
        p.Done();
        var items = await store.ListAsync(filter, before, limit, stop);
        var next = items.Count == limit ? items[^1].Id.ToString(CultureInfo.InvariantCulture) : null;
        // The reasons are counted under the rest of the filter, so that one may be changed for another.
        return new DeadLetterPage([.. items.Select(d => DeadLetterView.Of(d, clock))], next, await store.CountAsync(filter with { Reason = null }, stop));
    }

    private static RefusalPage Refused(HttpContext http, IRefusals refusals, Clock clock)
    {
        var p = new Params(http);
        var limit = p.Limit();
        p.Done();
        return new RefusalPage([.. refusals.Newest(limit).Select(r => RefusalView.Of(r, clock))], null);
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

    private static async Task<Deleted> DeleteAsync(Which body, HttpContext http, IDeadLetterStore store, Clock clock, CancellationToken stop)
    {
        if (body.Filter is { } filter)
        {
            if (body.Ids is { Count: > 0 }) throw ApiProblem.Bad("ids", "ids and a filter", "one of the two");
            var taken = await store.DeleteAsync(filter.Of(clock), stop);
            http.AuditDetail($"deleted {taken}, all with {filter.Words()}");
            return new Deleted(taken);
        }

        if (body.Ids is not { Count: > 0 and <= MostIds }) throw ApiProblem.Bad("ids", $"{body.Ids?.Count ?? 0} ids", $"1 to {MostIds} ids, or a filter");
        var count = await store.DeleteAsync(body.Ids, stop);
        http.AuditDetail($"deleted {count} of {body.Ids.Count}, ids {body.Ids.Min()} to {body.Ids.Max()}");
        return new Deleted(count);
    }

    private static ApiProblem Unknown(long id) => ApiProblem.NotFound(new LocalText("死信", "dead letter"), id.ToString(CultureInfo.InvariantCulture));

    private sealed record Which(IReadOnlyList<long>? Ids, FilterBody? Filter);

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
            var (text, encoding) = Readable(d.Payload.Span, d.PayloadBytes);
            return new DeadLetterView(d.Id, d.Lane, d.Position, d.Topic, d.DeviceId, clock.At(d.ArrivalMs), d.Reason, d.Detail, text, encoding, d.PayloadBytes);
        }

        internal static (string Text, string Encoding) Readable(ReadOnlySpan<byte> bytes, long whole)
        {
            var cut = bytes.Length < whole ? WholeCharacters(bytes) : bytes;
            return Utf8.IsValid(cut) && cut.IndexOf((byte)0) < 0 ? (System.Text.Encoding.UTF8.GetString(cut), "utf8") : (Convert.ToHexStringLower(bytes), "hex");
        }

        // A long payload was cut at a byte, perhaps in the middle of a character.
        private static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> bytes)
        {
            for (var cut = bytes.Length; cut > Math.Max(0, bytes.Length - 4); cut--)
                if (Utf8.IsValid(bytes[..cut])) return bytes[..cut];
            return bytes;
        }
    }

    /// <summary>Messages refused at the door.</summary>
    internal sealed record RefusalPage(IReadOnlyList<RefusalView> Items, string? Next);

    /// <summary>One of them.</summary>
    internal sealed record RefusalView(long Number, DateTimeOffset At, string Topic, string Client, string Reason, string Payload, string Encoding, long PayloadBytes)
    {
        public static RefusalView Of(DoorRefusal r, Clock clock)
        {
            var (text, encoding) = DeadLetterView.Readable(r.Payload.Span, r.PayloadBytes);
            return new RefusalView(r.Number, clock.At(r.AtMs), r.Topic, r.ClientId, r.Reason, text, encoding, r.PayloadBytes);
        }
    }

    /// <summary>A filter as callers write it; with nothing in it, every dead letter.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record FilterBody(string? Reason, string? Device, string? Topic, DateTimeOffset? From, DateTimeOffset? To)
    {
        public DeadLetterFilter Of(Clock clock) => new(Empty(Reason), Empty(Device), Empty(Topic), From?.ToUnixTimeMilliseconds(), To?.ToUnixTimeMilliseconds());

        /// <summary>For the audit.</summary>
        public string Words() => string.Join(", ", new[] { ("reason", Reason), ("device", Device), ("topic", Topic), ("from", From?.ToString("O")), ("to", To?.ToString("O")) }
            .Where(f => !string.IsNullOrEmpty(f.Item2)).Select(f => $"{f.Item1} {f.Item2}").DefaultIfEmpty("no filter"));

        private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }
}
