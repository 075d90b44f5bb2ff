using Hub.Cases.Limits;
using Hub.Core;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Cases.Routing;

/// <summary>Where a case goes.</summary>
/// <param name="Lead">Role that has to act.</param>
/// <param name="Receivers">Roles told, in order.</param>
internal readonly record struct Route(string Lead, IReadOnlyList<string> Receivers);

/// <summary>The process ring as data: type × place × hour × grid × severity → who has to act and who is told.</summary>
internal sealed class RoutingTable
{
    private readonly RouteEntry[] routes;
    private readonly (TimeSpan From, TimeSpan To)?[] hours;
    private readonly HashSet<PlaceKind>?[] places;
    private readonly string withoutProperty;

    public RoutingTable(RoutingFile file)
    {
        Version = file.Version;
        routes = [.. file.Routes];
        withoutProperty = file.WithoutProperty.Length == 0 ? "" : RoleOf(file.WithoutProperty);
        hours = [.. routes.Select(r => r.Hours.Length == 0 ? ((TimeSpan, TimeSpan)?)null : WorkCalendar.ParseSpan(r.Hours))];
        places = [.. routes.Select(r => r.Place.Count == 0 ? null : r.Place.Select(KindOf).ToHashSet())];
        foreach (var r in routes)
        {
            RoleOf(r.Lead);
            foreach (var role in r.Receivers) RoleOf(role);
            foreach (var severity in r.Severity) LimitTable.SeverityOf(severity);
        }

        if (routes.Length == 0 || routes[^1] is not { Type: "", Place.Count: 0, Hours: "", Grid: "", Severity.Count: 0 })
            throw new CasePolicyException("routing.yaml: the last route must fit everything (only lead and receivers), so that no case is without a lead");
    }

    public string Version { get; }

    /// <summary>The route of a case.</summary>
    /// <param name="type">Anomaly type.</param>
    /// <param name="severity">How bad.</param>
    /// <param name="kind">Kind of the place.</param>
    /// <param name="localTime">Local time of day.</param>
    /// <param name="inGrid">Whether the case lies in the grid of that code.</param>
    /// <param name="ruleReceivers">Receivers the rule names: told first.</param>
    /// <param name="hasProperty">Whether the estate has a property firm.</param>
    public Route For(string type, Severity severity, PlaceKind kind, TimeSpan localTime, Func<string, bool> inGrid, IReadOnlyList<string> ruleReceivers, bool hasProperty)
    {
        var route = routes[Find(type, severity, kind, localTime, inGrid)];
        var receivers = new List<string>(8);
        foreach (var role in ruleReceivers) Add(receivers, role, hasProperty);
        foreach (var role in route.Receivers) Add(receivers, role, hasProperty);
        return new Route(Standing(route.Lead, hasProperty), receivers);
    }

    /// <summary>Whether finishing such a case asks for photos.</summary>
    public bool WantsPhotos(GridCase c)
    {
        if (c.Restricted) return false;
        foreach (var r in routes)
            if (r.Type == c.Type)
                return r.Photos;
        return routes[^1].Photos;
    }

    private int Find(string type, Severity severity, PlaceKind kind, TimeSpan time, Func<string, bool> inGrid)
    {
        for (var i = 0; i < routes.Length; i++)
        {
            var r = routes[i];
            if (r.Type.Length > 0 && r.Type != type) continue;
            if (r.Severity.Count > 0 && !r.Severity.Contains(severity.ToString())) continue;
            if (places[i] is { } kinds && !kinds.Contains(kind)) continue;
            if (hours[i] is { } span && !Within(span, time)) continue;
            if (r.Grid.Length > 0 && !inGrid(r.Grid)) continue;
            return i;
        }

        return routes.Length - 1;
    }

    private void Add(List<string> receivers, string role, bool hasProperty)
    {
        role = Standing(role, hasProperty);
        if (!receivers.Contains(role)) receivers.Add(role);
    }

    private string Standing(string role, bool hasProperty) => !hasProperty && withoutProperty.Length > 0 && role == Roles.PropertyOperator ? withoutProperty : role;

    private static bool Within((TimeSpan From, TimeSpan To) span, TimeSpan time) =>
        span.From <= span.To ? time >= span.From && time < span.To : time >= span.From || time < span.To;

    private static string RoleOf(string name) =>
        Roles.All.Contains(name) ? name : throw new CasePolicyException($"routing.yaml: role '{name}' is unknown; expected one of {string.Join(", ", Roles.All)}");

    private static PlaceKind KindOf(string name) =>
        Enum.TryParse<PlaceKind>(name, ignoreCase: true, out var kind) ? kind : throw new CasePolicyException($"routing.yaml: place '{name}' is unknown; expected one of {string.Join(", ", Enum.GetNames<PlaceKind>())}");
}
