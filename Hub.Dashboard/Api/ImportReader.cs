using System.Text.Json;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;

namespace Hub.Dashboard.Api;

/// <summary>Reads devices, places and grids out of JSON and says of each item what is wrong with it.</summary>
/// <remarks>Members carry the names of the API (<c>place</c>, <c>gateway</c>, <c>titleZh</c>) or those of the domain's records (<c>placeId</c>, <c>gatewayId</c>, <c>title: {zh, en}</c>).</remarks>
internal sealed class ImportReader
{
    /// <summary>Items of one request: a whole district's sheds, or a community's devices several times over.</summary>
    public const int MostItems = 50_000;

    private const int MostFaults = 50;
    private const int LongestPath = 256;
    private const int LongestText = 200;

    private readonly List<Fault> faults = [];
    private string item = "";

    public List<DeviceRecord> Devices { get; } = [];
    public List<Place> Places { get; } = [];
    public List<Grid> Grids { get; } = [];

    /// <summary>All or nothing: throws when any item is faulty.</summary>
    public void Done()
    {
        if (faults.Count > 0) throw ApiProblem.BadRequest(faults);
    }

    public void ReadDevices(JsonElement list) => ReadAll(list, "devices", ReadDevice);

    public void ReadPlaces(JsonElement list) => ReadAll(list, "places", ReadPlace);

    /// <summary>An array of grids, or a GeoJSON FeatureCollection whose properties are grids.</summary>
    public void ReadGrids(JsonElement list)
    {
        var isGeoJson = list.ValueKind == JsonValueKind.Object && list.TryGetProperty("features", out _);
        ReadAll(isGeoJson ? list.GetProperty("features") : list, "grids", isGeoJson ? ReadFeature : e => ReadGrid(e, e));
    }

    private void ReadAll(JsonElement list, string name, Action<JsonElement> read)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            faults.Add(new Fault(name, list.ValueKind.ToString(), "an array"));
            return;
        }

        if (list.GetArrayLength() > MostItems)
        {
            faults.Add(new Fault(name, $"{list.GetArrayLength()} items", $"at most {MostItems} in one request"));
            return;
        }

        var index = 0;
        foreach (var element in list.EnumerateArray())
        {
            item = $"{name}[{index++}]";
            if (faults.Count >= MostFaults) return;
            if (element.ValueKind == JsonValueKind.Object) read(element);
            else faults.Add(new Fault(item, element.ValueKind.ToString(), "an object"));
        }
    }

    private void ReadDevice(JsonElement e)
    {
        var id = Text(e, "id", 128) ?? "";
        if (id.Length == 0 || id.AsSpan().ContainsAnyExcept(Allowed.DeviceId)) Refuse("id", id, "1 to 128 of A-Z a-z 0-9 . _ : -");
        var kind = Text(e, "kind", 64) ?? "";
        if (kind.Length == 0 || kind.AsSpan().ContainsAnyExcept(Allowed.DeviceId)) Refuse("kind", kind, "the id of a kind, such as smokeAlarm");
        var password = Text(e, "password", LongestText);
        Devices.Add(new DeviceRecord(
            id, kind, Text(e, "name", LongestText) ?? "", Path(e, "place", "placeId"), Text(e, "gateway", 128) ?? Text(e, "gatewayId", 128),
            password is null ? Text(e, "credentialHash", 300) : PasswordHash.Create(password, PasswordHash.DeviceIterations),
            Degrees(e, "longitude", 180), Degrees(e, "latitude", 90), Flag(e, "sim"), Flag(e, "disabled"), Attributes(e)));
    }

    private void ReadPlace(JsonElement e)
    {
        var id = Path(e, "id");
        if (id.Length == 0) Refuse("id", "nothing", "the path of the place, such as leshan/estate-3/building-07");
        var derived = PlaceNames.FromPath(id);
        Places.Add(new Place(
            id, Kind(e) ?? derived.Kind, Title(e, "title") ?? derived.Title, Degrees(e, "longitude", 180) ?? double.NaN, Degrees(e, "latitude", 90) ?? double.NaN,
            Text(e, "grid", 64) ?? Text(e, "gridCode", 64) ?? "", Texts(e, "dedicatedGrids"), Attributes(e)));
    }

    private void ReadFeature(JsonElement feature)
    {
        if (feature.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object) ReadGrid(properties, feature);
        else Refuse("properties", "nothing", "an object with code, titleZh, titleEn, level");
    }

    private void ReadGrid(JsonElement e, JsonElement shaped)
    {
        var code = Text(e, "code", 64) ?? "";
        if (code.Length == 0) Refuse("code", "nothing", "1 to 64 characters");
        var level = e.TryGetProperty("level", out var l) && l.TryGetInt32(out var number) ? number : 0;
        if (level is < 0 or > 16) Refuse("level", $"{level}", "0 to 16");
        var geometry = shaped.TryGetProperty("geometry", out var g) && g.ValueKind == JsonValueKind.Object ? g.GetRawText() : Text(e, "polygonGeoJson", 4 << 20);
        if (!Hub.Cases.Grids.GridGeometry.TryRead(geometry, out _, out var fault)) Refuse("geometry", fault ?? "", "a GeoJSON Polygon or MultiPolygon in WGS 84 degrees");
        Grids.Add(new Grid(
            code, Title(e, "title") ?? new LocalText(code, code), level, Title(e, "level") ?? Title(e, "levelName") ?? new LocalText("", ""),
            Text(e, "parent", 64) ?? Text(e, "parentCode", 64) ?? "", Text(e, "head", 100) ?? "", Text(e, "worker", 100) ?? "", Flag(e, "dedicated"), Texts(e, "matters"), geometry));
    }

    // The kind by name, or by the number the domain gives it.
    private PlaceKind? Kind(JsonElement e)
    {
        if (!e.TryGetProperty("kind", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        var kind = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? (PlaceKind)number
            : value.ValueKind == JsonValueKind.String && Enum.TryParse<PlaceKind>(value.GetString(), ignoreCase: true, out var named) ? named : (PlaceKind)(-1);
        if (Enum.IsDefined(kind)) return kind;
        Refuse("kind", value.ToString(), "one of " + string.Join(", ", Enum.GetNames<PlaceKind>()));
        return null;
    }

    private LocalText? Title(JsonElement e, string name)
    {
        if (e.TryGetProperty(name, out var pair) && pair.ValueKind == JsonValueKind.Object)
            return Text(pair, "zh", LongestText) is { } zh ? new LocalText(zh, Text(pair, "en", LongestText) ?? zh) : null;
        if (Text(e, name + "Zh", LongestText) is { } chinese) return new LocalText(chinese, Text(e, name + "En", LongestText) ?? chinese);
        return pair.ValueKind == JsonValueKind.String && Text(e, name, LongestText) is { } one ? new LocalText(one, one) : null;
    }

    private string Path(JsonElement e, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Text(e, name, LongestPath) is not { } path) continue;
            if (path.Length == 0 || !(path.StartsWith('/') || path.EndsWith('/') || path.Contains("//", StringComparison.Ordinal) || path.AsSpan().IndexOfAny("+#\0") >= 0)) return path;
            Refuse(name, path, "segments joined by single slashes, without + and #");
        }

        return "";
    }

    private string? Text(JsonElement e, string name, int longest)
    {
        if (!e.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.Object) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Length <= longest) return text;
        Refuse(name, value.ToString(), $"text of at most {longest} characters");
        return null;
    }

    private double? Degrees(JsonElement e, string name, double most)
    {
        if (!e.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var degrees) && Math.Abs(degrees) <= most) return degrees;
        Refuse(name, value.ToString(), FormattableString.Invariant($"degrees from {-most} to {most}"));
        return null;
    }

    private bool Flag(JsonElement e, string name)
    {
        if (!e.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.False) return false;
        if (value.ValueKind == JsonValueKind.True) return true;
        Refuse(name, value.ToString(), "true or false");
        return false;
    }

    private string[]? Texts(JsonElement e, string name)
    {
        if (!e.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 1_000 && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(v => v.GetString()!)];
        Refuse(name, value.ValueKind.ToString(), "an array of at most 1000 texts");
        return null;
    }

    private Dictionary<string, string>? Attributes(JsonElement e)
    {
        if (!e.TryGetProperty("attributes", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Count() <= 100)
            return value.EnumerateObject().GroupBy(p => p.Name, StringComparer.Ordinal).ToDictionary(p => p.Key, p => p.Last().Value.ToString(), StringComparer.Ordinal);
        Refuse("attributes", value.ValueKind.ToString(), "an object of at most 100 facts");
        return null;
    }

    private void Refuse(string name, string found, string expected) =>
        faults.Add(new Fault($"{item}.{name}", found.Length <= 80 ? $"'{found}'" : $"'{found[..80]}…'", expected));

    private static class Allowed
    {
        public static readonly System.Buffers.SearchValues<char> DeviceId =
            System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");
    }
}
