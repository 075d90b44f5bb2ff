using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Sqlite;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Settings;

namespace Hub.Commands;

/// <summary><c>hub device add|import|list|disable</c>.</summary>
internal static class DeviceCommand
{
    private const string Header = "id,kind,name,place,gateway,password,longitude,latitude,sim";

    public static Command Build(VerbContext context)
    {
        var command = new Command("device", "Registers devices.");
        command.Subcommands.Add(Add(context));
        command.Subcommands.Add(Import(context));
        command.Subcommands.Add(List(context));
        command.Subcommands.Add(Disable(context));
        return command;
    }

    private static Command Add(VerbContext context)
    {
        var id = new Argument<string>("id") { Description = "Id in topics: 1 to 128 of A-Z a-z 0-9 . _ : -" };
        var kind = new Option<string>("--kind") { Description = "Kind, such as smokeAlarm.", Required = true };
        var name = new Option<string>("--name") { Description = "Name for people.", DefaultValueFactory = _ => "" };
        var place = new Option<string>("--place") { Description = "Path such as leshan/estate-1/building-01/stairwell-1.", DefaultValueFactory = _ => "" };
        var gateway = new Option<string?>("--gateway") { Description = "Id of the gateway that may speak for it." };
        var password = new Option<string?>("--password") { Description = "Its MQTT password; the user name is its id." };
        var add = new Command("add", "Adds or replaces one device.") { id, kind, name, place, gateway, password };
        add.SetAction(p => SaveAsync(context, [Record(p.GetValue(id)!, p.GetValue(kind)!, p.GetValue(name)!, p.GetValue(place)!, p.GetValue(gateway), p.GetValue(password))]));
        return add;
    }

    private static Command Import(VerbContext context)
    {
        var file = new Argument<FileInfo>("file") { Description = $"CSV with the header {Header} (all but id and kind may be empty), or a JSON array of such objects." };
        var import = new Command("import", "Adds or replaces the devices of a file, all or none.") { file };
        import.SetAction(p =>
        {
            var path = p.GetValue(file)!;
            if (!path.Exists) throw new StartException($"there is no file '{path.FullName}'");
            return SaveAsync(context, Read(path));
        });
        return import;
    }

    private static Command List(VerbContext context)
    {
        var list = new Command("list", "Lists the registered devices as CSV.");
        list.SetAction(_ => Offline.WithDatabaseAsync(context, async (database, _) =>
        {
            Console.WriteLine("id,kind,name,place,gateway,password,longitude,latitude,sim,disabled");
            foreach (var d in await new SqliteRegistryStore(database).LoadDevicesAsync(CancellationToken.None))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Id},{d.Kind},{Csv.Quote(d.Name)},{d.PlaceId},{d.GatewayId},{(d.CredentialHash is null ? "" : "set")},{d.Longitude},{d.Latitude},{d.Sim},{d.Disabled}"));
            return 0;
        }));
        return list;
    }

    private static Command Disable(VerbContext context)
    {
        var id = new Argument<string>("id") { Description = "Id of the device." };
        var enable = new Option<bool>("--enable") { Description = "Let it in again." };
        var disable = new Command("disable", "Refuses a device at the door from now on.") { id, enable };
        disable.SetAction(p => Offline.WithDatabaseAsync(context, async (database, settings) =>
        {
            var store = new SqliteRegistryStore(database);
            var all = await store.LoadDevicesAsync(CancellationToken.None);
            var found = all.FirstOrDefault(d => d.Id == p.GetValue(id))
                ?? throw new StartException($"there is no device '{p.GetValue(id)}'{(Suggestion.For(p.GetValue(id)!, all.Select(d => d.Id)) is { } near ? $"; did you mean '{near}'?" : "")}");
            await store.SaveDevicesAsync([found with { Disabled = !p.GetValue(enable) }], CancellationToken.None);
            Offline.TellRunningHub(settings);
            Console.WriteLine($"{found.Id} is {(p.GetValue(enable) ? "let in" : "refused")} from now on");
            return 0;
        }));
        return disable;
    }

    private static Task<int> SaveAsync(VerbContext context, IReadOnlyCollection<DeviceRecord> devices) => Offline.WithDatabaseAsync(context, async (database, settings) =>
    {
        await new SqliteRegistryStore(database).SaveDevicesAsync(devices, CancellationToken.None);
        Offline.TellRunningHub(settings);
        Console.WriteLine($"{devices.Count} device(s) registered");
        return 0;
    });

    private static DeviceRecord Record(string id, string kind, string name, string place, string? gateway, string? password, string? longitude = null, string? latitude = null, bool sim = false)
    {
        if (!Ingest.DeviceIds.IsValid(id)) throw new StartException($"device id '{id}' is not allowed: use 1 to 128 of A-Z a-z 0-9 . _ : -");
        if (!DeviceKinds.IsKnown(kind))
        {
            var near = Suggestion.For(kind, DeviceKinds.All.Select(k => k.Id));
            throw new StartException($"device '{id}': kind '{kind}' is not known{(near is null ? "" : $"; did you mean '{near}'?")}; known are {string.Join(", ", DeviceKinds.All.Select(k => k.Id))}");
        }

        return new DeviceRecord(
            id, kind, name, place,
            string.IsNullOrEmpty(gateway) ? null : gateway,
            string.IsNullOrEmpty(password) ? null : PasswordHash.Create(password, PasswordHash.DeviceIterations),
            Degrees(id, longitude, 180), Degrees(id, latitude, 90), sim);
    }

    private static double? Degrees(string id, string? text, double most)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= most
            ? value
            : throw new StartException($"device '{id}': found '{text}', expected degrees from -{most} to {most} (WGS 84)");
    }

    private static List<DeviceRecord> Read(FileInfo file)
    {
        var text = File.ReadAllText(file.FullName);
        if (text.TrimStart().StartsWith('[')) return ReadJson(text, file.Name);
        var rows = Csv.Read(text);
        if (rows.Count == 0 || !rows[0].Contains("id") || !rows[0].Contains("kind"))
            throw new StartException($"{file.Name}: found the header '{(rows.Count == 0 ? "" : string.Join(',', rows[0]))}', expected {Header}");
        var column = rows[0].Select((name, i) => (name, i)).ToDictionary(c => c.name, c => c.i, StringComparer.OrdinalIgnoreCase);
        var devices = new List<DeviceRecord>();
        for (var i = 1; i < rows.Count; i++)
        {
            var row = rows[i];
            string Cell(string name) => column.TryGetValue(name, out var c) && c < row.Count ? row[c].Trim() : "";
            try
            {
                devices.Add(Record(Cell("id"), Cell("kind"), Cell("name"), Cell("place"), Cell("gateway"), Cell("password"), Cell("longitude"), Cell("latitude"), Cell("sim") is "true" or "True" or "1"));
            }
            catch (StartException e)
            {
                throw new StartException($"{file.Name} line {i + 1}: {e.Message}", e);
            }
        }

        return devices;
    }

    private static List<DeviceRecord> ReadJson(string text, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateArray().Select(d =>
            {
                string Member(string key) => d.TryGetProperty(key, out var v) && v.ValueKind is JsonValueKind.String or JsonValueKind.Number ? v.ToString() : "";
                return Record(Member("id"), Member("kind"), Member("name"), Member("place"), Member("gateway"), Member("password"), Member("longitude"), Member("latitude"),
                    d.TryGetProperty("sim", out var sim) && sim.ValueKind == JsonValueKind.True);
            })];
        }
        catch (JsonException e)
        {
            throw new StartException($"{name}: found text that is not JSON ({e.Message}), expected an array of objects with {Header}", e);
        }
    }
}
