using Hub.Cases;
using Hub.Cases.Lifecycle;
using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Tests.Cases;

public sealed class TransitionTests
{
    private static readonly Account Leader = Workflow.Leader;

    [Fact]
    public async Task A_hazard_goes_from_dispatch_to_a_rated_end()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);

        await Workflow.CloseAsync(town, id);
        await town.DoAsync(id, CaseActions.FeedBack, Leader, r => r with { Note = "told the neighbour" });
        await town.DoAsync(id, CaseActions.Rate, Town.Person("li", Roles.EstateSpecialist), r => r with { Rating = 4 });

        var c = await town.CaseAsync(id);
        Assert.Equal((CaseState.Rated, 4, "zhao"), (c.State, c.Rating, c.Handler));
        Assert.Equal(["reported", "filed", "dispatched", "accepted", "handling", "handled", "closed", "fedBack", "rated"], await town.KindsAsync(id));
    }

    [Fact]
    public async Task Whoever_handled_a_case_may_not_verify_it_even_as_administrator()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);
        var both = Town.Person("zhao", Roles.PropertyOperator, Roles.Inspector, Roles.Admin);
        await Workflow.FinishAsync(town, id);

        var refused = await RefusedAsync(town, id, CaseActions.Close, both, r => r with { Evidence = Workflow.Photos });

        Assert.Equal(Refusal.Forbidden, refused.Refusal);
        Assert.Contains("zhao handled case", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(town.Desk.ActionsFor(await town.CaseAsync(id), both), a => a.Action is CaseActions.Close or CaseActions.Rework);
    }

    [Fact]
    public async Task An_urgent_case_is_closed_by_an_inspector_and_then_the_shift_leader()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(severity: Severity.P2));
        var id = (await town.OnlyCaseAsync()).Id;
        await Workflow.FinishAsync(town, id);

        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Close, Leader, r => r with { Evidence = Workflow.Photos })).Refusal);
        var verified = await town.DoAsync(id, CaseActions.Close, Workflow.Inspector, r => r with { Evidence = Workflow.Photos });
        Assert.Equal((CaseState.Handled, "close", "qian"), (verified.State, verified.Asked, verified.AskedBy));
        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Close, Workflow.Inspector)).Refusal);
        var closed = await town.DoAsync(id, CaseActions.Close, Town.Person("zhou", Roles.Inspector, Roles.ShiftLeader));

        Assert.Equal(CaseState.Closed, closed.State);
        Assert.Equal((Roles.ShiftLeader, "closed"), (await town.Store.EventsOfAsync(id, Town.Stop)).Select(e => (e.Post, e.Kind)).Last());
    }

    [Fact]
    public async Task An_illegal_step_is_refused_by_name_with_what_is_allowed()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);

        var refused = await RefusedAsync(town, id, CaseActions.Close, Workflow.Worker);

        Assert.Equal(Refusal.IllegalTransition, refused.Refusal);
        Assert.Contains("is Dispatched; it cannot be told to 'close'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(CaseActions.Accept, refused.Allowed);
    }

    [Fact]
    public async Task A_person_without_the_post_is_refused()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);

        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Accept, Town.Person("x", Roles.Maintainer))).Refusal);
        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Accept, Workflow.Worker, r => r with { Post = Roles.ShiftLeader })).Refusal);
        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Note, Town.Person("wall", Roles.Viewer), r => r with { Note = "x" })).Refusal);
    }

    [Fact]
    public async Task A_stale_page_is_told_to_read_again()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);
        var seen = (await town.CaseAsync(id)).Version;
        await Workflow.AcceptAsync(town, id);

        Assert.Equal(Refusal.Outdated, (await RefusedAsync(town, id, CaseActions.Note, Workflow.Worker, r => r with { Note = "x", ExpectedVersion = seen })).Refusal);
    }

    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData(121.4412, 31.1921, null, true)]
    [InlineData(121.4450, 31.1921, null, false)]
    [InlineData(null, null, "leshan/estate-1/building-02/stairwell-1", true)]
    [InlineData(null, null, "leshan/estate-1/building-02", true)]
    [InlineData(null, null, "leshan/estate-1/building-03", false)]
    [InlineData(null, null, "leshan", false)]
    [InlineData(double.NaN, double.NaN, null, false)]
    public async Task Arrival_is_proven_by_position_or_plate(double? lon, double? lat, string? plate, bool proven)
    {
        await using var town = await Town.OpenAsync();
        town.Places.Known["leshan/estate-1/building-02"] = new("leshan/estate-1/building-02", Core.Places.PlaceKind.Building, new LocalText("二栋", "Building 2"), 121.4410, 31.1920);
        var id = await HazardAsync(town);
        await Workflow.AcceptAsync(town, id);

        Task Arrive() => town.DoAsync(id, CaseActions.Arrive, Workflow.Worker, r => r with { Arrival = new ArrivalProof(lon, lat, plate) });

        if (proven) await Arrive();
        else Assert.Equal(Refusal.Incomplete, (await Assert.ThrowsAsync<CaseRefusedException>(Arrive)).Refusal);
    }

    [Fact]
    public async Task Done_needs_photos_before_and_after_an_action_code_and_a_note()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);
        await Workflow.ArriveAsync(town, id);
        var whole = new Func<TransitionRequest, TransitionRequest>(r => r with { ActionCode = "removed", Note = "done", Evidence = Workflow.Photos });

        foreach (var less in new Func<TransitionRequest, TransitionRequest>[] { r => whole(r) with { ActionCode = "" }, r => whole(r) with { Note = "" }, r => whole(r) with { Evidence = Workflow.Photos[..1] } })
            Assert.Equal(Refusal.Incomplete, (await RefusedAsync(town, id, CaseActions.Finish, Workflow.Worker, less)).Refusal);
        await town.DoAsync(id, CaseActions.Finish, Workflow.Worker, whole);
    }

    [Fact]
    public async Task Closing_needs_a_later_photo_or_a_quiet_sensor()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);
        await Workflow.FinishAsync(town, id);
        // The photo the worker took when finishing does not count: the verifier looks again.
        Assert.Equal(Refusal.Incomplete, (await RefusedAsync(town, id, CaseActions.Close, Workflow.Inspector)).Refusal);

        await town.ApplyAsync(Town.Noon + 2000, town.Alert(at: Town.Noon + 2000, signal: Core.Alerts.AlertSignal.Cleared));

        Assert.Equal(CaseState.Closed, (await town.DoAsync(id, CaseActions.Close, Workflow.Inspector)).State);
    }

    [Fact]
    public async Task After_two_returns_the_shift_leader_decides()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);
        var dispatcher = Town.Person("d", Roles.Dispatcher);
        await town.DoAsync(id, CaseActions.Return, Workflow.Worker, r => r with { Reason = "not ours" });
        await town.DoAsync(id, CaseActions.Dispatch, dispatcher, r => r with { Assignee = Roles.PropertyOperator });
        await town.DoAsync(id, CaseActions.Return, Workflow.Worker, r => r with { Reason = "really not" });

        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Dispatch, dispatcher)).Refusal);
        var c = await town.DoAsync(id, CaseActions.Dispatch, Leader, r => r with { Assignee = Roles.PropertyOperator });
        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Return, Workflow.Worker, r => r with { Reason = "no" })).Refusal);
        Assert.Equal((2, 3), (c.Returns, c.Dispatches));
    }

    [Fact]
    public async Task A_unit_asks_and_only_the_shift_leader_stops_the_clock()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(severity: Severity.P2));
        var id = (await town.OnlyCaseAsync()).Id;
        await Workflow.ArriveAsync(town, id);
        var until = Town.Noon + 3_600_000;

        var asked = await town.DoAsync(id, CaseActions.Suspend, Workflow.Worker, r => r with { Reason = "spare part", UntilMs = until });
        Assert.Equal((CaseState.Handling, "suspend"), (asked.State, asked.Asked));
        var granted = await town.DoAsync(id, CaseActions.Suspend, Leader, r => r with { Reason = "granted", UntilMs = until });
        Assert.Equal(CaseState.Suspended, granted.State);
        await town.TickAsync(until + 1000);

        var c = await town.CaseAsync(id);
        Assert.Equal(CaseState.Handling, c.State);
        Assert.Equal(granted.DueAtMs + 3_600_000, c.DueAtMs);
        Assert.False(c.Overdue);
    }

    [Fact]
    public async Task Rework_gets_half_of_the_limit()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert(severity: Severity.P2));
        var id = (await town.OnlyCaseAsync()).Id;
        await Workflow.FinishAsync(town, id);

        var c = await town.DoAsync(id, CaseActions.Rework, Workflow.Inspector, r => r with { Reason = "still there" });

        Assert.Equal((CaseState.Rework, Town.Noon + 2 * 3_600_000), (c.State, c.DueAtMs));
    }

    [Fact]
    public async Task What_a_resident_reports_is_verified_before_it_is_filed()
    {
        await using var town = await Town.OpenAsync();
        var clerk = Town.Person("clerk", Roles.IntakeClerk);
        var c = await town.Desk.ReportAsync(
            new ManualReport { Actor = clerk, Source = "resident", Type = "PiledGoods", Severity = Severity.P4, PlaceId = "leshan/estate-1", Note = "sofa in the stairs", Evidence = [new("photo", "p")] }, Town.Stop);

        Assert.Equal(Refusal.Incomplete, (await RefusedAsync(town, c.Id, CaseActions.File, clerk)).Refusal);
        await town.DoAsync(c.Id, CaseActions.Verify, clerk);
        Assert.Equal("file", (await town.DoAsync(c.Id, CaseActions.File, clerk)).Asked);
        Assert.Equal(CaseState.Filed, (await town.DoAsync(c.Id, CaseActions.File, Leader)).State);
    }

    [Fact]
    public async Task A_telephone_call_about_a_fire_goes_out_at_once()
    {
        await using var town = await Town.OpenAsync();

        var c = await town.Desk.ReportAsync(
            new ManualReport { Actor = Town.Person("clerk", Roles.IntakeClerk), Source = "hotline", Type = "FireConfirmed", Severity = Severity.P1, PlaceId = "leshan/estate-1", Note = "flames" }, Town.Stop);

        Assert.Equal((CaseState.Dispatched, Roles.MicroFireCrew), (c.State, c.Assignee));
        await town.TickAsync(Town.Noon + 61_000);
        Assert.Equal(1, (await town.CaseAsync(c.Id)).EscalationLevel);
    }

    [Fact]
    public async Task A_suspected_fire_confirmed_by_a_person_becomes_a_confirmed_one_and_the_street_is_told()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert("FireSuspected", Severity.P1));

        var c = await town.DoAsync((await town.OnlyCaseAsync()).Id, CaseActions.Confirm, Workflow.Worker);

        Assert.Equal("FireConfirmed", c.Type);
        Assert.Contains(Roles.StreetCentre, c.Receivers);
        Assert.DoesNotContain(town.Desk.ActionsFor(c, Workflow.Worker), a => a.Action == CaseActions.Confirm);
    }

    [Fact]
    public async Task A_restricted_lead_is_seen_by_police_and_grid_head_only()
    {
        await using var town = await Town.OpenAsync();
        await town.ApplyAsync(Town.Noon, town.Alert("ChessRoomLead", Severity.P4, restricted: true));
        var c = await town.OnlyCaseAsync();

        Assert.Equal(CaseState.Reported, c.State);
        Assert.True(town.Desk.MaySee(c, Town.Person("police", Roles.CommunityPolice)));
        Assert.True(town.Desk.MaySee(c, Town.Person("head", Roles.GridHead)));
        Assert.False(town.Desk.MaySee(c, Leader));
        Assert.Equal(Refusal.NotFound, (await RefusedAsync(town, c.Id, CaseActions.Note, Leader, r => r with { Note = "?" })).Refusal);
        Assert.Empty((await town.Store.ListAsync(new CaseQuery(), Town.Stop)).Items);
    }

    [Fact]
    public async Task The_street_whistles_and_departments_check_in_and_out()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);
        var street = Town.Person("street", Roles.StreetCentre);
        await town.DoAsync(id, CaseActions.Whistle, street, r => r with { Target = "urban management", Reason = "third time" });

        Assert.Equal(Refusal.Incomplete, (await RefusedAsync(town, id, CaseActions.CheckIn, street, r => r with { Target = "market" })).Refusal);
        await town.DoAsync(id, CaseActions.CheckIn, street, r => r with { Target = "urban management" });
        var c = await town.DoAsync(id, CaseActions.CheckOut, street, r => r with { Target = "urban management", Note = "fined" });

        Assert.Equal("fined", Assert.Single(c.Whistles).Result);
        Assert.Equal(Refusal.Forbidden, (await RefusedAsync(town, id, CaseActions.Whistle, Leader, r => r with { Target = "x", Reason = "y" })).Refusal);
    }

    [Fact]
    public async Task A_transferred_case_stays_open_until_the_receipt_closes()
    {
        await using var town = await Town.OpenAsync();
        var id = await HazardAsync(town);
        Assert.Equal(Refusal.Incomplete, (await RefusedAsync(town, id, CaseActions.Transfer, Leader, r => r with { Target = "119", Reason = "fire" })).Refusal);

        var c = await town.DoAsync(id, CaseActions.Transfer, Leader, r => r with { Target = "119", Reason = "fire", Receipt = "R-7" });
        Assert.True(c.IsOpen);
        Assert.Equal(CaseState.Closed, (await town.DoAsync(id, CaseActions.CloseReceipt, Leader, r => r with { Note = "put out" })).State);
    }

    [Fact]
    public async Task A_worker_of_another_grid_does_not_see_the_case()
    {
        await using var town = await Town.OpenAsync();
        var c = await town.CaseAsync(await HazardAsync(town));

        Assert.True(town.Desk.MaySee(c, Town.Person("a", Roles.GridWorker) with { Grids = ["leshan/estate-1"] }));
        Assert.False(town.Desk.MaySee(c, Town.Person("b", Roles.GridWorker) with { Grids = ["leshan/estate-10"] }));
    }

    [Fact]
    public void No_row_of_the_table_is_ambiguous_and_every_state_can_be_left_or_is_an_end()
    {
        foreach (var action in Transitions.Table.Select(s => s.Action).Distinct())
            foreach (var state in Enum.GetValues<CaseState>())
                Assert.True(Transitions.Table.Count(s => s.Action == action && s.From.Contains(state)) <= 1, $"{action} from {state}");
        CaseState[] ends = [CaseState.NotFiled, CaseState.Rated, CaseState.Cancelled, CaseState.Merged];
        foreach (var state in Enum.GetValues<CaseState>())
            Assert.Equal(ends.Contains(state), !Transitions.Table.Any(s => s.To is not null && s.From.Contains(state)));
    }

    private static async Task<string> HazardAsync(Town town)
    {
        await town.ApplyAsync(Town.Noon, town.Alert());
        return (await town.OnlyCaseAsync()).Id;
    }

    private static Task<CaseRefusedException> RefusedAsync(Town town, string id, string action, Account actor, Func<TransitionRequest, TransitionRequest>? more = null) =>
        Assert.ThrowsAsync<CaseRefusedException>(() => town.DoAsync(id, action, actor, more));
}
