using System.Text.Json;
using Hub.Cases;
using Hub.Core.Ports;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Dashboard.Api;

/// <summary>Registering devices, places, grids and the plan, by the administrator.</summary>
internal static class ImportApi
{
    private const int MostBytes = 64 << 20;

    public static void MapImport(this RouteGroupBuilder api)
    {
        Map(api, "/devices/import", "devices", "Registers devices: an array, or {devices, places, grids, plan}; all or nothing");
        Map(api, "/places/import", "places", "Registers places: an array; all or nothing");
        Map(api, "/grids/import", "grids", "Registers grids: an array, or a GeoJSON FeatureCollection; all or nothing");
    }

    private static void Map(RouteGroupBuilder api, string route, string what, string says) =>
        api.MapPost(route, (HttpContext http, IDeviceDirectory directory, CommunityPlan plan, CancellationToken stop) => ImportAsync(what, http, directory, plan, stop))
            .RequireAuthorization(Schemes.AdminOnly).WithMetadata(new RequestSizeLimitAttribute(MostBytes)).Says(says);

    private static async Task<Imported> ImportAsync(string what, HttpContext http, IDeviceDirectory directory, CommunityPlan plan, CancellationToken stop)
    {
        using var body = await ReadAsync(http, stop);
        var reader = new ImportReader();
        var drawn = Read(reader, what, body.RootElement);
        reader.Done();
        if (drawn is not null) Draw(plan, drawn);
        await directory.RegisterAsync(reader.Devices, reader.Places, reader.Grids, stop);
        // The desk finds a case's grid in its own tree, which has to hear of new ground.
        if (reader.Places.Count + reader.Grids.Count > 0) http.RequestServices.GetService<CaseDesk>()?.RefreshGrids();
        http.AuditDetail($"{reader.Devices.Count} devices, {reader.Places.Count} places, {reader.Grids.Count} grids{(drawn is null ? "" : ", plan")}");
        return new Imported(reader.Devices.Count, reader.Places.Count, reader.Grids.Count, drawn is not null);
    }

    private static async Task<JsonDocument> ReadAsync(HttpContext http, CancellationToken stop)
    {
        try
        {
            return await JsonDocument.ParseAsync(http.Request.Body, default, stop);
        }
        catch (JsonException e)
        {
            throw ApiProblem.Bad("body", e.Message, "JSON");
        }
    }

    // Returns the drawing, if the body holds one.
    private static string? Read(ImportReader reader, string what, JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array || what == "grids")
        {
            if (what == "devices") reader.ReadDevices(root);
            else if (what == "places") reader.ReadPlaces(root);
            else reader.ReadGrids(root.ValueKind == JsonValueKind.Object && root.TryGetProperty("grids", out var inside) ? inside : root);
            return null;
        }

        if (root.ValueKind != JsonValueKind.Object) throw ApiProblem.Bad("body", root.ValueKind.ToString(), "an array, or an object with devices, places, grids, plan");
        string? plan = null;
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "devices": reader.ReadDevices(member.Value); break;
                case "places": reader.ReadPlaces(member.Value); break;
                case "grids": reader.ReadGrids(member.Value); break;
                case "plan": plan = member.Value.GetRawText(); break;
                default: throw ApiProblem.Bad(member.Name.Length <= 60 ? member.Name : "body", "an unknown member", "devices, places, grids, plan");
            }
        }

        return plan;
    }

    private static void Draw(CommunityPlan plan, string drawn)
    {
        try
        {
            plan.Replace(drawn);
        }
        catch (FormatException e)
        {
            throw ApiProblem.Bad("plan", e.Message, "a GeoJSON FeatureCollection");
        }
    }

    /// <summary>How many were registered.</summary>
    internal sealed record Imported(int Devices, int Places, int Grids, bool Plan);
}
