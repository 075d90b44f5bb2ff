using System.Text.Json.Nodes;
using Hub.Cases.Grids;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Cases.Desk;

/// <summary>Turns alerts into case events: opens, joins, strengthens, clears, and files and dispatches what needs no person.</summary>
internal sealed class AlertIntake(CasePolicy policy, LimitClock limits, IDeviceDirectory directory, Func<GridTree> grids)
{
    private const double SureEnough = 0.8; // below it a person verifies first (T2)
    private const int MaxInputs = 50, MaxDevices = 50, MaxCommands = 50;
    private const int FoldAfter = 200; // joins of one case written one by one; beyond it at most one in ten minutes
    private const long FoldMs = 10 * 60_000;

    /// <summary>Takes one alert.</summary>
    public void Take(Alert alert, CaseWork work)
    {
        if (alert.Shadow)
        {
            work.Add(new FiledAlert(alert, "shadow", ""));
            return;
        }

        var known = Follow(work.Book.ByKey(alert.Lane, alert.DedupeKey), work.Book);
        if (alert.Signal == AlertSignal.Cleared) Clear(alert, known, work);
        else if (known is null) Open(alert, null, work);
        else if (known.IsOpen)
        {
            // A repeated beginning after the window is a new matter; "stronger" always speaks of the present one.
            if (alert.Signal == AlertSignal.Strengthened || alert.ArrivalMs - known.LastAlertAtMs <= WindowOf(alert)) Join(alert, known, work);
            else Open(alert, null, work);
        }
        else if (known.IsClosed && alert.ArrivalMs - known.ClosedAtMs <= policy.Limits.RecurrenceMs) Open(alert, known, work);
        else if (!known.IsClosed && alert.Severity >= Severity.P3 && alert.ArrivalMs - known.LastAlertAtMs <= WindowOf(alert))
            work.Add(new FiledAlert(alert, "suppressed", known.Id));
        else Open(alert, null, work);
    }

    /// <summary>Takes a device's answer to an order of a case; answers to other orders are not the desk's.</summary>
    public static void Take(CommandAnswer answer, int lane, CaseWork work)
    {
        if (work.Book.ByCommand(lane, answer.CommandId) is not { } c) return;
        var commands = c.Commands.ToArray();
        var i = Array.FindIndex(commands, o => o.Id == answer.CommandId && o.DeviceId == answer.DeviceId && o.AcknowledgedAtMs == 0);
        if (i < 0) return;
        commands[i] = commands[i] with { State = answer.Result == "ok" ? "acknowledged" : "failed", AcknowledgedAtMs = answer.AtMs };
        work.Record(c, c with { Commands = commands }, "commandAcknowledged", answer.AtMs, facts: new JsonObject
        {
            ["command"] = answer.CommandId, ["device"] = answer.DeviceId, ["result"] = answer.Result, ["tookMs"] = answer.AtMs - commands[i].RequestedAtMs,
        });
    }

    /// <summary>Files and dispatches a case that needs no person: P1 and P2 always.</summary>
    public GridCase FileAndDispatch(GridCase c, IReadOnlyList<string> ruleReceivers, long atMs, CaseWork work)
    {
        if (c.State is CaseState.Reported or CaseState.Verifying)
            c = work.Record(c, c with { State = CaseState.Filed, FiledAtMs = atMs, Asked = "", AskedBy = "" }, "filed", atMs, facts: new JsonObject { ["automatic"] = true, ["basis"] = c.Basis });
        if (c.State != CaseState.Filed) return c;
        return Dispatch(c, "", ruleReceivers, atMs, work, "system", "system", new JsonObject { ["automatic"] = true });
    }

    /// <summary>Gives a case to its unit (T5).</summary>
    public GridCase Dispatch(GridCase c, string assignee, IReadOnlyList<string> ruleReceivers, long atMs, CaseWork work, string actor, string post, JsonObject facts)
    {
        var (lead, receivers) = RouteOf(c, ruleReceivers, atMs);
        var to = assignee.Length > 0 ? assignee : lead;
        facts["to"] = to;
        var after = c with
        {
            State = CaseState.Dispatched, Assignee = to, DispatchedAtMs = atMs, Dispatches = c.Dispatches + 1, Policy = policy.Version,
            Receivers = receivers.Aggregate(c.Receivers, LimitClock.With),
        };
        return work.Record(c, limits.StartForState(after, atMs), "dispatched", atMs, actor, post, facts);
    }

    /// <summary>Where a place lies, for a new case.</summary>
    public (Place Place, double? Longitude, double? Latitude, string Grid, IReadOnlyList<string> Dedicated) Locate(string path, string type, double? longitude, double? latitude)
    {
        for (var at = path; longitude is null && at.Length > 0; at = at[..Math.Max(at.LastIndexOf('/'), 0)])
            if (directory.PlaceOf(at) is { } p && double.IsFinite(p.Longitude) && double.IsFinite(p.Latitude)) (longitude, latitude) = (p.Longitude, p.Latitude);
        var (grid, dedicated) = grids().Locate(directory.PlaceOf, path, type, longitude, latitude);
        return (directory.PlaceOf(path), longitude, latitude, grid, dedicated);
    }

    /// <summary>Codes of a grid and those above it.</summary>
    public IReadOnlyList<string> ChainOf(string code)
    {
        var chain = grids().Chain(code);
        return chain.Count > 0 || code.Length == 0 ? [.. chain.Select(g => g.Code)] : [code];
    }

    private void Open(Alert alert, GridCase? earlier, CaseWork work)
    {
        var at = alert.ArrivalMs;
        var (place, lon, lat, grid, dedicated) = Locate(alert.PlaceId, alert.Type, null, null);
        var origin = $"{alert.Lane}/{alert.Position}/{alert.Ordinal}/{alert.OccurredAtMs}";
        string id;
        for (var attempt = 0; ; attempt++)
            if (work.Book.Find(id = CaseId.Make(policy.Calendar, at, alert.DedupeKey, origin, attempt)) is null) break;
        var c = new GridCase
        {
            Id = id, Type = alert.Type, Severity = alert.Severity, State = CaseState.Reported, Title = alert.Title, Explanation = alert.Explanation,
            PlaceId = alert.PlaceId, PlaceTitle = place.Title, Zone = alert.Zone, Longitude = lon, Latitude = lat, GridCode = grid, GridChain = ChainOf(grid), DedicatedGrids = dedicated,
            OpenedAtMs = at, OccurredAtMs = alert.OccurredAtMs, UpdatedAtMs = at, Version = 0, Sim = alert.Sim, Rule = alert.Rule, RuleVersion = alert.RuleVersion,
            Basis = alert.Basis, Confidence = alert.Confidence, DedupeKey = alert.DedupeKey, DedupeWindowMs = WindowOf(alert), Active = true, LastAlertAtMs = at,
            AlertCount = 1, Restricted = alert.Restricted, Lane = alert.Lane, ReopenOf = earlier?.Id, Devices = DevicesOf(alert, []), Inputs = InputsOf(alert, []),
            ConfirmAtMs = limits.ConfirmAt(alert.Type, at), Policy = policy.Version, Receivers = dedicated.Count > 0 ? [Roles.GridHead] : [],
        };
        c = work.Record(null, limits.StartForState(c, at), "reported", at, facts: FactsOf(alert));
        work.Add(new FiledAlert(alert, earlier is null ? "opened" : "reopened", id));
        c = Order(alert, c, work);
        if (alert.Severity <= Severity.P2 || (alert.AutoFile && alert.Confidence >= SureEnough && !alert.Restricted)) FileAndDispatch(c, alert.FirstReceivers, at, work);
    }

    private void Join(Alert alert, GridCase c, CaseWork work)
    {
        var at = alert.ArrivalMs;
        var worse = alert.Severity < c.Severity;
        var confirms = alert.Type != c.Type && limits.ConfirmationOf(c.Type) == alert.Type;
        if (!worse && !confirms && alert.Commands.Count == 0 && c.AlertCount >= FoldAfter && at - c.LastAlertAtMs < Math.Min(FoldMs, WindowOf(alert) / 2))
        {
            work.Add(new FiledAlert(alert, "folded", c.Id));
            return;
        }

        var after = c with
        {
            Active = true, LastAlertAtMs = at, AlertCount = c.AlertCount + 1, DedupeWindowMs = WindowOf(alert), Confidence = Math.Max(c.Confidence, alert.Confidence),
            Devices = DevicesOf(alert, c.Devices), Inputs = InputsOf(alert, c.Inputs), Sim = c.Sim && alert.Sim, Rule = c.Rule.Length == 0 ? alert.Rule : c.Rule,
            RuleVersion = c.RuleVersion.Length == 0 ? alert.RuleVersion : c.RuleVersion, Restricted = c.Restricted && alert.Restricted,
        };
        if (worse) after = after with { Severity = alert.Severity };
        if (worse || confirms) after = after with { Title = alert.Title, Explanation = alert.Explanation };
        if (confirms) after = after with { Type = alert.Type, ConfirmAtMs = 0 };
        if (worse) after = Hasten(after, at);
        c = work.Record(c, after, confirms ? "confirmed" : worse ? "severityRaised" : "alertJoined", at, facts: FactsOf(alert));
        work.Add(new FiledAlert(alert, "joined", c.Id));
        c = Order(alert, c, work);
        if (c.Severity <= Severity.P2 && c.State is CaseState.Reported or CaseState.Verifying or CaseState.Filed && (worse || c.State != CaseState.Filed)) FileAndDispatch(c, alert.FirstReceivers, at, work);
        else if (worse || confirms) Inform(c, alert.FirstReceivers, at, work);
    }

    private static void Clear(Alert alert, GridCase? c, CaseWork work)
    {
        if (c is null || !c.IsOpen)
        {
            work.Add(new FiledAlert(alert, "unmatched", c?.Id ?? ""));
            return;
        }

        if (c.Active) work.Record(c, c with { Active = false, LastAlertAtMs = alert.ArrivalMs }, "cleared", alert.ArrivalMs, facts: FactsOf(alert));
        work.Add(new FiledAlert(alert, "cleared", c.Id));
    }

    // A worse case runs by the worse limits from now on; work already under way keeps its phase.
    private GridCase Hasten(GridCase c, long atMs) => c.State switch
    {
        CaseState.Suspended or CaseState.Handled or CaseState.Transferred => c,
        CaseState.Accepted => limits.Start(c, "onSite", atMs),
        CaseState.Handling or CaseState.Rework => limits.Start(c, "handle", atMs),
        _ => limits.StartForState(c, atMs),
    };

    private void Inform(GridCase c, IReadOnlyList<string> ruleReceivers, long atMs, CaseWork work)
    {
        var receivers = RouteOf(c, ruleReceivers, atMs).Receivers.Aggregate(c.Receivers, LimitClock.With);
        if (receivers.Count > c.Receivers.Count) work.Record(c, c with { Receivers = receivers }, "informed", atMs);
    }

    private static GridCase Order(Alert alert, GridCase c, CaseWork work)
    {
        foreach (var order in alert.Commands)
        {
            if (c.Commands.Count >= MaxCommands || c.Commands.Any(o => o.Id == order.Id)) continue;
            var facts = new JsonObject { ["command"] = order.Id, ["device"] = order.DeviceId, ["name"] = order.Name };
            // In the order of name: a dictionary's own order is nobody's promise, and the bytes must be.
            var arguments = order.Arguments is { Count: > 0 } given ? new SortedDictionary<string, string>(given.ToDictionary(), StringComparer.Ordinal) : null;
            var command = new CaseCommand(order.Id, order.DeviceId, order.Name, "requested", alert.ArrivalMs, 0, arguments);
            if (arguments is not null) facts["arguments"] = new JsonObject(arguments.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
            c = work.Record(c, c with { Commands = [.. c.Commands, command] }, "commandRequested", alert.ArrivalMs, facts: facts);
        }

        return c;
    }

    private (string Lead, IReadOnlyList<string> Receivers) RouteOf(GridCase c, IReadOnlyList<string> ruleReceivers, long atMs)
    {
        var tree = grids();
        var site = directory.PlaceOf(Place.SiteOf(c.PlaceId));
        var hasProperty = site.Attributes is null || !site.Attributes.TryGetValue("property", out var firm) || firm != "none";
        var kind = directory.PlaceOf(c.PlaceId).Kind;
        var route = policy.Routes.For(
            c.Type, c.Severity, kind, policy.Calendar.Local(atMs).TimeOfDay,
            code => tree.IsWithin(c.GridCode, code) || c.DedicatedGrids.Contains(code), ruleReceivers, hasProperty);
        return (route.Lead, route.Receivers);
    }

    // A merged case hands its alerts to the one it was merged into.
    private static GridCase? Follow(GridCase? c, CaseBook book)
    {
        for (var n = 0; n < 8 && c is { State: CaseState.Merged, MergedInto: { } target }; n++) c = book.Find(target);
        return c;
    }

    private static long WindowOf(Alert alert) => (long)alert.DedupeWindow.TotalMilliseconds;

    private static string[] DevicesOf(Alert alert, IReadOnlyList<string> known)
    {
        var devices = new List<string>(known);
        void Add(string? id)
        {
            if (!string.IsNullOrEmpty(id) && devices.Count < MaxDevices && !devices.Contains(id)) devices.Add(id);
        }

        Add(alert.DeviceId);
        foreach (var input in alert.Inputs) Add(input.DeviceId);
        return [.. devices];
    }

    private static AlertInput[] InputsOf(Alert alert, IReadOnlyList<AlertInput> known)
    {
        var inputs = new List<AlertInput>(known);
        inputs.AddRange(alert.Inputs);
        return [.. inputs.Skip(Math.Max(inputs.Count - MaxInputs, 0))];
    }

    private static JsonObject FactsOf(Alert alert)
    {
        var facts = new JsonObject
        {
            ["lane"] = alert.Lane, ["position"] = alert.Position, ["ordinal"] = alert.Ordinal, ["signal"] = alert.Signal.ToString(), ["rule"] = alert.Rule,
            ["ruleVersion"] = alert.RuleVersion, ["type"] = alert.Type, ["severity"] = alert.Severity.ToString(), ["confidence"] = alert.Confidence,
            ["device"] = alert.DeviceId, ["occurredAtMs"] = alert.OccurredAtMs,
            ["explanation"] = new JsonObject { ["zh"] = alert.Explanation.Zh, ["en"] = alert.Explanation.En },
        };
        if (alert.Late) facts["late"] = true;
        return facts;
    }
}
