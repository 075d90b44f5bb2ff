using Hub.Cases;
using Hub.Cases.Lifecycle;
using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Tests.Cases;

/// <summary>Random people do random things: whatever succeeds is a row of the table, whatever is refused changes nothing.</summary>
public sealed class RandomLifeTests
{
    private static readonly string[] actions = [.. Transitions.Table.Select(s => s.Action).Distinct()];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_path_leaves_the_table(int seed)
    {
        await using var town = await Town.OpenAsync();
        var random = new Random(seed);
        var clock = Town.Noon;
        var accepted = 0;
        for (var i = 0; i < 8; i++) await town.ApplyAsync(clock, town.Alert(severity: (Severity)random.Next(1, 5), key: "k" + i, autoFile: random.Next(2) == 0, at: clock));
        var ids = (await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items.Select(c => c.Id).ToArray();

        for (var step = 0; step < 400; step++)
        {
            var id = ids[random.Next(ids.Length)];
            var before = await town.CaseAsync(id);
            var actor = Town.Person("p" + random.Next(6), [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Roles.All[random.Next(Roles.All.Count)])]);
            var action = actions[random.Next(actions.Length)];
            var request = new TransitionRequest
            {
                Action = action, Actor = actor, Note = "n", Reason = "r", Target = action == CaseActions.Merge ? ids[random.Next(ids.Length)] : "fire service", Receipt = "7", ActionCode = "a", Rating = 3,
                UntilMs = clock + 7_200_000, Arrival = new ArrivalProof(Plate: before.PlaceId), Evidence = random.Next(2) == 0 ? Workflow.Photos : [],
            };
            try
            {
                var after = await town.Desk.TransitionAsync(id, request, Town.Stop);
                accepted++;
                var row = Transitions.Find(action, before.State);
                Assert.NotNull(row);
                Assert.Contains(after.State, new[] { before.State, row.To ?? before.State });
                Assert.True(action is not (CaseActions.Close or CaseActions.Rework) || !before.Handlers.Contains(actor.Id));
                Assert.Equal(before.Version + 1, after.Version);
            }
            catch (CaseRefusedException)
            {
                Assert.Equal(before.Version, (await town.CaseAsync(id)).Version);
            }

            clock += random.Next(0, 120_000);
            town.Clock.Advance(TimeSpan.FromMilliseconds(clock - town.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
            if (random.Next(3) == 0) await town.TickAsync(clock);
        }

        Assert.True(accepted > 25, $"only {accepted} steps were accepted");
        Assert.Null(await town.Store.VerifyChainAsync(Town.Stop));
        foreach (var id in ids)
        {
            var events = await town.Store.EventsOfAsync(id, Town.Stop);
            Assert.Equal(CaseJson.Write(await town.CaseAsync(id)), CaseJson.Write(events.Aggregate((GridCase?)null, CaseJson.Apply)!));
        }
    }

    [Fact]
    public async Task Every_offered_button_works_when_its_needs_are_filled()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert("FireSuspected", Severity.P1, key: "other"));
        var other = (await town.OnlyCaseAsync()).Id;
        var tried = new HashSet<string>();
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            await town.ApplyAsync(Town.Noon, town.Alert(severity: (Severity)random.Next(1, 5), key: "k" + round));
            var c = (await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items.First(x => x.DedupeKey == "k" + round);
            for (var step = 0; step < 12; step++)
            {
                var actor = Town.Person("p" + step, [.. Roles.All.Where(r => r != Roles.Admin && random.Next(2) == 0), Roles.Inspector]);
                var offered = town.Desk.ActionsFor(c, actor);
                if (offered.Count == 0) break;
                var a = offered[random.Next(offered.Count)];
                tried.Add(a.Action);
                bool Needs(string n) => a.Needs.Contains(n);
                c = await town.DoAsync(c.Id, a.Action, actor, r => r with
                {
                    Post = a.Post, Note = Needs("note") ? "n" : "", Reason = Needs("reason") ? "r" : "", Receipt = Needs("receipt") ? "7" : "", ActionCode = Needs("actionCode") ? "x" : "",
                    Target = a.Action == CaseActions.Merge ? other : a.Action is CaseActions.CheckIn ? c.Whistles.First(w => w.CheckedInAtMs == 0).Department
                        : a.Action == CaseActions.CheckOut ? c.Whistles.First(w => w.CheckedInAtMs > 0 && w.CheckedOutAtMs == 0).Department : Needs("target") ? "fire service" : "",
                    Rating = Needs("rating") ? 5 : 0, UntilMs = Needs("untilMs") ? Town.Noon + 1000 : 0, Arrival = Needs("arrival") ? new ArrivalProof(Plate: c.PlaceId) : null,
                    Evidence = Needs("photos") || Needs("photo") || Needs("evidence") ? Workflow.Photos : [],
                });
                Assert.Equal(a.State, c.State);
            }
        }

        Assert.Superset(new HashSet<string> { "accept", "arrive", "finish", "close", "suspend", "merge", "checkOut", "dismiss" }, tried);
    }
}
