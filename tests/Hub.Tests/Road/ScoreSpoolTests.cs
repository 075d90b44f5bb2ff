using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Core.Readings;
using Hub.Road;
using Hub.Rules;
using Hub.Tests.Rules;

namespace Hub.Tests.Road;

public sealed class ScoreSpoolTests
{
    public static TheoryData<int> Crashes => [.. Enumerable.Range(0, 40).Select(i => 1 + (i * 5))];

    [Theory]
    [MemberData(nameof(Crashes))]
    public void A_lane_that_is_replayed_after_a_crash_never_stores_a_score_twice_nor_loses_one(int crashAt)
    {
        var store = new MemoryStore();
        var home = new Home();
        var spool = new ScoreSpool(1);
        var snapshot = Array.Empty<byte>();
        var mark = Array.Empty<byte>();
        var crashed = false;
        for (var hour = 0; hour < 200; hour++)
        {
            home.Hour(hour);
            spool.Exchange(0, home.Engine);
            if (hour % 9 == 0) snapshot = home.Save();
            if (hour % 4 == 0)
            {
                spool.AppendTo(store, new Observation());
                mark = spool.Mark();
                store.Commit();
                if (hour % 8 == 0) spool.Stored(mark); // else the lane does not hear of it in time
            }

            if (hour != crashAt || crashed) continue;

            // All but files is gone: the store is as committed, the lane begins at its snapshot and reads the journal again.
            crashed = true;
            store.Crash();
            home = Home.From(snapshot);
            spool = new ScoreSpool(1);
            spool.Restore(mark);
            hour = home.Hours - 1;
        }

        spool.AppendTo(store, new Observation());
        store.Commit();
        var reference = new Home();
        for (var hour = 0; hour < 200; hour++) reference.Hour(hour);
        Assert.True(crashed && reference.Engine.Scores.Count > 100);
        Assert.Equal(reference.Engine.Scores.Select(s => (s.AtMs, s.Value)), store.Kept);
    }

    /// <summary>One home, an hour a record.</summary>
    private sealed class Home
    {
        private static readonly ChannelTable channels = new();
        private static readonly RuleBook book = RuleBook.Parse(
        [
            ("detectors.yaml", "detectors: [{id: inactivity, detector: inactivity, watch: {kinds: [elderKit]}, channels: {activity: [motion]}, every: 15 min}]"),
            ("p.yaml", "pack: p\nrules:\n  - {id: X, version: 1.0.0, type: X, description: {zh: a, en: a}, owner: a, basis: a, watch: {kinds: [elderKit]}, steps: [{name: a, severity: P4, when: motion > 5, explain: {zh: a, en: a}}], firstReceivers: []}"),
        ], channels, TimeZoneInfo.Utc);

        private readonly TestDirectory directory = new();
        private readonly Observation observation = new();
        private readonly Device kit;

        public Home()
        {
            kit = directory.Add("kit", "elderKit", RuleScene.Stairwell);
            Engine = new RuleEngine(book, directory, 0, new EngineOptions { KeepScores = true });
        }

        public RuleEngine Engine { get; }

        public int Hours { get; private set; }

        public static Home From(byte[] snapshot)
        {
            var home = new Home();
            if (snapshot.Length == 0) return home;
            home.Hours = BitConverter.ToInt32(snapshot);
            home.Engine.Restore(snapshot.AsSpan(4));
            return home;
        }

        public byte[] Save()
        {
            var writer = new System.Buffers.ArrayBufferWriter<byte>();
            Engine.Save(writer);
            return [.. BitConverter.GetBytes(Hours), .. writer.WrittenSpan];
        }

        public void Hour(int hour)
        {
            observation.Clear();
            observation.Device = kit;
            observation.Kind = MessageKind.Telemetry;
            observation.Position = hour + 1;
            observation.AtMs = observation.ArrivalMs = 1_800_000_000_000 + (hour * 3_600_000L);
            observation.Add(new Reading(channels.Find("motion")!, hour % 24 is > 6 and < 22 ? 1 : 0));
            Engine.Judge(observation, []);
            Hours = hour + 1;
        }
    }

    private sealed class MemoryStore : IReadingsStore
    {
        private readonly List<(long, double)> appended = [];
        public List<(long, double)> Kept { get; } = [];
        public string Name => "memory";

        public void Append(Observation observation)
        {
            foreach (var reading in observation.Readings) appended.Add((observation.AtMs, reading.Value));
        }

        public void Commit()
        {
            Kept.AddRange(appended);
            appended.Clear();
        }

        public void Crash() => appended.Clear();

        public Task<Checkpoint> OpenAsync(int lanes, CancellationToken stop) => throw new NotSupportedException();

        public Task CommitAsync(Checkpoint checkpoint, CancellationToken stop) => throw new NotSupportedException();

        public Task<IReadOnlyList<SeriesPoint>> ReadAsync(SeriesQuery query, CancellationToken stop) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, SeriesPoint>> LatestAsync(string deviceId, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
