using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Journal;
using Hub.Rules;

namespace Hub.Replay;

/// <summary>Judges the lane of one device again, under the rules in force then, and keeps every answer of one rule about it.</summary>
internal sealed class Retracer(IJournal journal, DeviceRegistry registry, IngestOptions options, TimeZoneInfo zone) : IRetracer, IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Files of the rules in force at an instant.</summary>
    public required Func<long, IReadOnlyList<(string File, string Text)>> FilesAt { get; init; }

    /// <summary>Files of the rules of a fingerprint; null when they are not kept.</summary>
    public required Func<string, IReadOnlyList<(string File, string Text)>?> FilesOf { get; init; }

    /// <summary>Suppressions in force at an instant, as the journal writes them.</summary>
    public Func<long, CancellationToken, Task<string>> SuppressionsAt { get; init; } = (_, _) => Task.FromResult("");

    public async Task<Retrace?> RunAsync(RetraceQuery query, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            if (registry.Find(query.Device) is not { } device) return null;
            var first = query.FromMs - query.WarmMs;
            var written = await SuppressionsAt(first, stop);
            return await Task.Run(() => Run(query, device, first, written, stop), stop);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private Retrace? Run(RetraceQuery query, Device device, long first, string suppressions, CancellationToken stop)
    {
        var lane = LaneMap.Of(device, journal.Lanes);
        var channels = new ChannelTable();
        var answers = new Queue<RuleTrace>();
        long judged = 0, heard = 0, warmFrom = 0;
        var asked = new RuleQuestion(query.Rule, device, (trace, arrivalMs) =>
        {
            if (arrivalMs < query.FromMs) return;
            judged++;
            answers.Enqueue(trace);
            if (answers.Count > query.Limit) answers.Dequeue();
        });
        var engine = new RuleEngine(RuleBook.Parse(FilesAt(first), channels, zone), registry, lane, new EngineOptions { Owns = d => LaneMap.Of(d, journal.Lanes) == lane }) { Asked = asked };
        if (suppressions.Length > 0) engine.Suppress(suppressions, first);

        using var reader = new LaneReader(journal, lane, registry, channels, options);
        reader.Restore(default, JournalTimes.Before(journal, lane, first));
        for (var ended = false; !ended && reader.TryRead();)
        {
            stop.ThrowIfCancellationRequested();
            ended = Judge(reader, ref engine, device, first, query.FromMs, query.ToMs, channels, ref heard, ref warmFrom);
        }

        var notWatched = engine.NotWatched(query.Rule, device);
        return notWatched is null ? null : new Retrace(notWatched, warmFrom, heard, judged, [.. answers.Reverse()]);
    }

    private bool Judge(LaneReader reader, ref RuleEngine engine, Device device, long firstMs, long fromMs, long toMs, ChannelTable channels, ref long heard, ref long warmFrom)
    {
        var alerts = new List<Core.Alerts.Alert>();
        for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
        {
            if (reader.ClockMs >= toMs) return true;
            if (item == LaneItem.Directive) Obey(reader, ref engine, channels);
            if (reader.ClockMs < firstMs) continue;
            if (warmFrom == 0) warmFrom = reader.ClockMs;
            if (item == LaneItem.Tick) engine.Tick(reader.TickMs, reader.Position, alerts);
            if (item != LaneItem.Observation) continue;
            if (ReferenceEquals(reader.Observation.Device, device) && reader.Observation.ArrivalMs >= fromMs) heard++;
            engine.Judge(reader.Observation, alerts);
        }

        return false;
    }

    private void Obey(LaneReader reader, ref RuleEngine engine, ChannelTable channels)
    {
        if (reader.Directive == DirectiveKind.Suppressions) engine.Suppress(Encoding.UTF8.GetString(reader.DirectiveBody), reader.TickMs);
        if (reader.Directive != DirectiveKind.Rules) return;
        var fingerprint = Encoding.ASCII.GetString(reader.DirectiveBody);
        if (string.Equals(fingerprint, engine.Fingerprint, StringComparison.Ordinal) || FilesOf(fingerprint) is not { } files) return;
        engine = engine.Under(RuleBook.Parse(files, channels, zone));
    }
}
