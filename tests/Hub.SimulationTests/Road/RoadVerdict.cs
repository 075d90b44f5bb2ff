using System.Globalization;
using System.Text;
using Hub.Adapters.Influx;
using Hub.Cases;
using Hub.Core.Readings;
using Hub.Ingest;
using Hub.Replay;

namespace Hub.SimulationTests.Road;

/// <content>The end of a life: everything is well again and what is under way arrives.</content>
internal sealed partial class RoadSimulation
{
    private void Heal()
    {
        (disk.WriteFaults, disk.FlushFaults, disk.TakenByOthers, influx.Faults, faultyCases.Faults) = (0, 0, 0, 0, 0);
        clock.Advance(TimeSpan.FromSeconds(5));
        journal.Commit();
        for (var round = 0; devices.Any(d => d.InFlight.Count > 0); round++)
        {
            if (round > 10_000) throw new InvalidOperationException("the devices do not get rid of what they have");
            foreach (var device in devices)
            {
                if (!device.Connected) device.Connect();
                while (device.HasRepeats && device.Connected) Send(device);
            }

            Commit();
        }

        // A message that came while the last batch was flushed would stand in the next one, and rightly be queued: nobody sends any more.
        isQuiet = true;

        // Progress without work is written once a second of the lane: a few ticks more, and everything is.
        for (var round = 0; round < 5; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            Tick();
            while (lanes.Any(l => l.Step())) { }
            while (ledger.Lag()["readings"] > 0) Store();
        }
    }

    /// <summary>
    /// What must hold when everything is well again:
    /// acknowledged ⊆ decoded or kept aside, each exactly once; the ledger balanced with nothing queued; the store holds the decoded readings,
    /// each once and in the order of the journal, but for the lines it refused, which are in the file; a replay gives the same case events byte for byte.
    /// </summary>
    private sealed class RoadVerdict(RoadSimulation life)
    {
        private readonly Dictionary<long, int> seen = [];
        private readonly HashSet<long> aside = [];
        private readonly List<string> expected = [];
        private readonly Dictionary<string, List<long>> order = new(StringComparer.Ordinal);

        public void Check()
        {
            life.VerifyLedger();
            if (life.ledger.Snapshot().Queued != 0) throw new InvalidOperationException($"something is still queued: {life.ledger.Snapshot()}");
            ReadAgain();
            CheckAcknowledged();
            CheckStore();
            CheckCases();
        }

        private void ReadAgain()
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                using var reader = life.Reader(lane);
                reader.Restore(default);
                while (reader.TryRead())
                {
                    for (var item = reader.Next(); item != LaneItem.None; item = reader.Next())
                    {
                        if (item == LaneItem.Observation) Take(reader.Observation);
                        else if (item == LaneItem.DeadLetter) TakeLetter(Encoding.UTF8.GetString(reader.DeadLetter.Payload.Span));
                    }
                }
            }
        }

        private void Take(Observation observation)
        {
            var isPoison = false;
            foreach (ref readonly var reading in observation.Readings)
            {
                isPoison |= reading.Text == SimulatedInflux.Poison;
                if (reading.Channel.Name == "n") seen[(long)reading.Value] = seen.GetValueOrDefault((long)reading.Value) + 1;
            }

            if (isPoison) return;
            if (!order.TryGetValue(observation.Device.Id, out var times)) order[observation.Device.Id] = times = [];
            times.Add((observation.AtMs * 1_000_000) + InfluxLayout.KeyOf(observation));
            foreach (ref readonly var reading in observation.Readings)
            {
                if (observation.Late) expected.Add(string.Create(CultureInfo.InvariantCulture, $"{observation.Device.Id}|{observation.AtMs}|{reading.Channel.Name}@late=1i"));
                if (observation.ClockSkewed) expected.Add(string.Create(CultureInfo.InvariantCulture, $"{observation.Device.Id}|{observation.AtMs}|{reading.Channel.Name}@skewed=1i"));
                if (reading.Suspect) expected.Add(string.Create(CultureInfo.InvariantCulture, $"{observation.Device.Id}|{observation.AtMs}|{reading.Channel.Name}@suspect=1i"));
                expected.Add(string.Create(CultureInfo.InvariantCulture, $"{observation.Device.Id}|{observation.AtMs}|{(reading.Text is null ? $"{reading.Channel.Name}={reading.Value}" : $"{reading.Channel.Name}@text=\"{reading.Text}\"")}"));
            }
        }

        // A stranger's message is JSON with its number, a broken one begins with the word and has its number behind it.
        private void TakeLetter(string payload)
        {
            var digits = payload.AsSpan(payload.IndexOf(payload.StartsWith("{\"broken", StringComparison.Ordinal) ? ' ' : ':', StringComparison.Ordinal) + 1);
            if (digits.StartsWith("{\"n\":", StringComparison.Ordinal)) digits = digits[5..];
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            aside.Add(long.Parse(digits[..end], CultureInfo.InvariantCulture));
        }

        private void CheckAcknowledged()
        {
            foreach (var id in life.Acknowledged)
            {
                if (!seen.ContainsKey(id) && !aside.Contains(id)) throw new InvalidOperationException($"message {id} was acknowledged and came out nowhere");
            }

            foreach (var (id, times) in seen)
            {
                if (times != 1) throw new InvalidOperationException($"message {id} was decoded {times} times");
            }
        }

        private void CheckStore()
        {
            var stored = life.influx.Fields().Select(Normal).Order(StringComparer.Ordinal).ToList();
            expected.Sort(StringComparer.Ordinal);
            if (!stored.SequenceEqual(expected))
            {
                var missing = expected.Except(stored).Take(3);
                var extra = stored.Except(expected).Take(3);
                throw new InvalidOperationException($"the store holds {stored.Count} fields, {expected.Count} were decoded; missing {string.Join(' ', missing)}; too many {string.Join(' ', extra)}");
            }

            foreach (var (device, times) in order)
            {
                if (!life.influx.FirstSeen[device].SequenceEqual(times)) throw new InvalidOperationException($"the points of {device} did not come in the order of the journal");
            }
        }

        private static string Normal(string field)
        {
            var at = field.LastIndexOf('=') + 1;
            return field[at] == '"' || field[^1] == 'i' ? field : field[..at] + double.Parse(field.AsSpan(at), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        private void CheckCases()
        {
            if (life.cases.VerifyChainAsync(default).GetAwaiter().GetResult() is { } broken) throw new InvalidOperationException(broken);
            var live = Lines(life.cases.EventsAfterAsync(0, int.MaxValue, default).GetAwaiter().GetResult());
            var replay = new JournalReplay(life.journal, life.registry, life.channels, life.rules, life.options, CasePolicy.Default, life.clock);
            var again = Lines(replay.RunAsync(null, null, null, default).GetAwaiter().GetResult().Events);
            life.CaseEvents = live.Count;
            var told = life.cases.EventsAfterAsync(0, int.MaxValue, default).GetAwaiter().GetResult();
            life.CaseKinds = string.Join(", ", told.CountBy(e => e.Kind).Select(k => $"{k.Value} {k.Key}"));
            for (var i = 0; i < Math.Max(live.Count, again.Count); i++)
            {
                if (i >= live.Count || i >= again.Count || live[i] != again[i])
                    throw new InvalidOperationException($"case event {i} of {live.Count}: live {live.ElementAtOrDefault(i)}, replayed {again.ElementAtOrDefault(i)}");
            }
        }

        // Lanes interleave as they like; a case's own record does not.
        private static List<string> Lines(IEnumerable<CaseEvent> events) =>
            [.. events.OrderBy(e => e.CaseId, StringComparer.Ordinal).ThenBy(e => e.Version).Select(e => Encoding.UTF8.GetString(CaseJson.Canonical(e)) + e.Hash)];
    }

    public int CaseEvents { get; private set; }

    public string CaseKinds { get; private set; } = "";
}
