using System.Text;
using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Tests.Support;

namespace Hub.Tests.Cases;

/// <summary>The same journal gives the same case events byte for byte, however it is cut, interleaved or interrupted.</summary>
public sealed class SameJournalTests
{
    private sealed record Item(int Lane, long Position, long AtMs, Alert? Alert, CommandAnswer? Answer);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cut_and_interleaved_differently_it_gives_the_same_bytes(int seed)
    {
        var journals = new[] { Journal(seed, 0), Journal(seed + 1000, 1) };
        var whole = await PlayAsync(journals, new Random(seed), most: int.MaxValue, crash: 0);
        var single = await PlayAsync(journals, new Random(seed + 1), most: 1, crash: 0);
        var mixed = await PlayAsync(journals, new Random(seed + 2), most: 17, crash: 0);

        Assert.Equal(whole, single);
        Assert.Equal(whole, mixed);
        Assert.Contains("\"kind\":\"escalated\"", whole, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"confirmed\"", whole, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"commandAcknowledged\"", whole, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Killed_between_and_within_commits_it_gives_the_same_bytes(int seed)
    {
        var journals = new[] { Journal(seed, 0), Journal(seed + 1000, 1) };

        Assert.Equal(
            await PlayAsync(journals, new Random(seed), most: 9, crash: 0),
            await PlayAsync(journals, new Random(seed), most: 9, crash: 0.3));
    }

    private static List<Item> Journal(int seed, int lane)
    {
        var random = new Random(seed);
        var items = new List<Item>();
        var at = Town.Noon;
        string[] types = ["FireSuspected", "BatteryThermal", "FlyingWireCharging", "DeviceOutage"];
        for (var position = 1L; position <= 400; position++)
        {
            at += random.Next(0, 40) * 1000;
            Alert? alert = null;
            CommandAnswer? answer = null;
            if (random.Next(4) == 0) alert = AlertOf(random, types[random.Next(types.Length)], lane, position, at);
            else if (random.Next(8) == 0) answer = new CommandAnswer(position, "port-1", $"cmd-{lane}-{random.Next(400)}", "ok", at);
            items.Add(new Item(lane, position, at, alert, answer));
            if (alert is { Commands.Count: > 0 })
                items.Add(new Item(lane, ++position, at += 900, null, new CommandAnswer(position, "port-1", alert.Commands[0].Id, random.Next(5) == 0 ? "jammed" : "ok", at)));
        }

        return items;
    }

    private static Alert AlertOf(Random random, string type, int lane, long position, long at)
    {
        var place = $"leshan/estate-{lane + 1}/building-0{random.Next(1, 4)}";
        return new Alert
        {
            Lane = lane, Position = position, Ordinal = 0, Signal = (AlertSignal)random.Next(1, 4), Rule = "r-" + type, RuleVersion = "3", Type = type,
            Severity = type == "FireSuspected" ? Severity.P1 : (Severity)random.Next(1, 5), Confidence = 0.5 + (random.NextDouble() / 2), PlaceId = place, DeviceId = "d-" + random.Next(9),
            DedupeKey = type + "|" + place, DedupeWindow = TimeSpan.FromMinutes(10), OccurredAtMs = at - 700, ArrivalMs = at, Title = new LocalText("题", "t"),
            Explanation = new LocalText("温度 ≥ 60 °C", "72.5 °C ≥ 60 °C"), Inputs = [new AlertInput("d", "temperature", at, random.NextDouble() * 100, "°C", ">=", 60)], AutoFile = random.Next(2) == 0,
            Commands = type == "BatteryThermal" ? [new DeviceCommand($"cmd-{lane}-{position}", "port-1", "cut")] : [],
        };
    }

    private static async Task<string> PlayAsync(IReadOnlyList<Item>[] journals, Random random, int most, double crash)
    {
        var stop = TestContext.Current.CancellationToken;
        var store = new Shaky(new MemoryCaseStore(), new Random(random.Next()), crash);
        var desk = new CaseDesk(store, new Town.Directory(), CasePolicy.Default, new ManualClock());
        await desk.OpenAsync(stop);
        var next = new int[journals.Length];
        while (Enumerable.Range(0, journals.Length).Any(l => next[l] < journals[l].Count))
        {
            var lane = random.Next(journals.Length);
            if (next[lane] == journals[lane].Count) continue;
            var take = Math.Min(most == 1 ? 1 : random.Next(1, Math.Min(most, 1000)), journals[lane].Count - next[lane]);
            if (most == int.MaxValue) take = journals[lane].Count - next[lane];
            var run = journals[lane].Skip(next[lane]).Take(take).ToList();
            try
            {
                await desk.ApplyAsync(
                    new LaneBatch
                    {
                        Lane = lane, Position = run[^1].Position, ClockMs = run[^1].AtMs, Alerts = [.. run.Where(i => i.Alert is not null).Select(i => i.Alert!)],
                        Answers = [.. run.Where(i => i.Answer is not null).Select(i => i.Answer!)],
                    },
                    stop);
                next[lane] += take;
            }
            catch (IOException)
            {
                // The process died: a new desk begins where the store says each lane is.
                desk.Dispose();
                desk = new CaseDesk(store, new Town.Directory(), CasePolicy.Default, new ManualClock());
                await desk.OpenAsync(stop);
                var lanes = (await store.LoadLanesAsync(stop)).ToDictionary(l => l.Lane, l => l.Position);
                for (var l = 0; l < journals.Length; l++) next[l] = journals[l].TakeWhile(i => i.Position <= lanes.GetValueOrDefault(l)).Count();
            }
        }

        desk.Dispose();
        Assert.Null(await store.VerifyChainAsync(stop));
        var text = new StringBuilder();
        foreach (var events in (await store.EventsAfterAsync(0, int.MaxValue, stop)).GroupBy(e => e.CaseId).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            GridCase? rebuilt = null;
            foreach (var e in events)
            {
                text.Append(Encoding.UTF8.GetString(CaseJson.Canonical(e))).Append('\n');
                rebuilt = CaseJson.Apply(rebuilt, e);
            }

            Assert.Equal(CaseJson.Write((await store.FindAsync(events.Key, stop))!), CaseJson.Write(rebuilt!));
        }

        return text.ToString();
    }

    /// <summary>A store whose process dies: sometimes before the commit is durable, sometimes just after.</summary>
    private sealed class Shaky(ICaseStore inner, Random random, double crash) : PassingCaseStore(inner)
    {
        public override async Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop)
        {
            if (random.NextDouble() < crash / 2) throw new IOException("killed before the commit");
            var events = await base.CommitAsync(commit, stop);
            return random.NextDouble() < crash / 2 ? throw new IOException("killed after the commit") : events;
        }
    }
}
