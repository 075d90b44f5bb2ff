using System.Globalization;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Dashboard.Shapes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Dashboard.Api;

/// <summary>Reading one series back.</summary>
internal static class ReadingsApi
{
    private const int MostPoints = 10_000;
    private const long DayMs = 86_400_000;

    public static void MapReadings(this RouteGroupBuilder api) => api.MapGet("/readings", ReadAsync).Says(
        "The points of one series in the order of time; with step, one point a step",
        "device: id of the device (required)", "channel: name of the channel (required)", "from: ISO 8601 or epoch ms; default one day before to",
        "to: exclusive; default now", "step: 60s, 5m, 1h, 1d or ms; without it the raw points", "limit: 1 to 10000, default 1000", "cursor: next of the page before");

    private static async Task<SeriesView> ReadAsync(
        HttpContext http, IDeviceDirectory directory, IReadingsReader readings, ChannelTable channels, Clock clock, CancellationToken stop)
    {
        var p = new Params(http);
        var (device, channel) = (p.Required("device"), p.Required("channel"));
        var to = p.Time("to", clock) ?? clock.NowMs + 1;
        var from = p.Time("from", clock) ?? to - DayMs;
        var step = p.Duration("step") ?? 0;
        var (limit, cursor) = (p.Limit(1_000, MostPoints), p.Number());
        if (from > to) p.Fault("from", from.ToString(CultureInfo.InvariantCulture), "an instant not after 'to'");
        p.Done();
        DevicesApi.Find(directory, device);

        // A cursor is the time to go on from; whole steps when the series is down-sampled.
        var points = await readings.ReadAsync(new SeriesQuery(device, channel, Math.Max(from, cursor), to, step, limit + 1), stop);
        if (points.Count == 0 && cursor == 0) await RefuseUnknownAsync(device, channel, readings, stop);
        var kept = points.Count > limit ? EndOfInstant(points, limit) : points.Count;
        var next = points.Count > kept ? points[kept].AtMs.ToString(CultureInfo.InvariantCulture) : null;
        var known = channels.Find(channel);
        return new SeriesView(
            device, channel, known?.Title.Zh ?? channel, known?.Title.En ?? channel, known?.Unit ?? "", step,
            [.. points.Take(kept).Select(x => PointView.Of(x, clock))], next);
    }

    // Points of one instant must not be torn apart by a page's end, or the next page would repeat or miss some of them.
    private static int EndOfInstant(IReadOnlyList<SeriesPoint> points, int limit)
    {
        var kept = limit;
        while (kept > 0 && points[kept - 1].AtMs == points[limit].AtMs) kept--;
        return kept > 0 ? kept : limit; // a whole page within one millisecond: go on rather than stand still
    }

    private static async Task RefuseUnknownAsync(string device, string channel, IReadingsReader readings, CancellationToken stop)
    {
        var known = await readings.LatestAsync(device, stop);
        if (known.Count > 0 && !known.ContainsKey(channel))
            throw ApiProblem.Bad("channel", $"'{channel}'", "one of " + string.Join(", ", known.Keys.Order(StringComparer.Ordinal)));
    }

    /// <summary>A series.</summary>
    internal sealed record SeriesView(
        string Device, string Channel, string TitleZh, string TitleEn, string Unit, long StepMs, IReadOnlyList<PointView> Items, string? Next);

    /// <summary>A point, or a step with mean, least, greatest, last value and count. Flags: <c>late</c>, <c>suspect</c>, <c>skewed</c>; null when none.</summary>
    internal sealed record PointView(DateTimeOffset At, double? Value, double? Min, double? Max, double? Last, long Count, string? Text, IReadOnlyList<string>? Flags)
    {
        public static PointView Of(SeriesPoint p, Clock clock) => new(
            clock.At(p.AtMs), Numbers.Finite(p.Value), Numbers.Finite(p.Min), Numbers.Finite(p.Max), Numbers.Finite(p.Last), p.Count, p.Text,
            p.Flags == 0 ? null : [.. Enum.GetValues<ReadingFlags>().Where(f => f != 0 && p.Flags.HasFlag(f)).Select(f => f.ToString().ToLowerInvariant())]);
    }
}
