using System.CommandLine;
using Hub.Adapters.Sqlite;
using Hub.Core;
using Hub.Ingest;
using Hub.Road;

namespace Hub.Commands;

/// <summary><c>hub decode</c>: what the hub makes of a message.</summary>
internal static class DecodeCommand
{
    public static Command Build(VerbContext context)
    {
        var topic = new Option<string>("--topic") { Description = "Topic the message came on.", Required = true };
        var dialect = new Option<string?>("--dialect") { Description = $"Dialect: {string.Join(", ", DecodePreview.Dialects)}; found by the topic when not given." };
        var file = new Argument<string>("file") { Description = "File with the payload, or - for standard input.", DefaultValueFactory = _ => "-" };
        var decode = new Command("decode", "Shows what the hub makes of a message: JSON lines, or the rejection and its reason.") { topic, dialect, file };
        decode.SetAction((p, stop) => RunAsync(context, p.GetValue(topic)!, p.GetValue(dialect), p.GetValue(file)!, stop));
        return decode;
    }

    private static async Task<int> RunAsync(VerbContext context, string topic, string? dialect, string file, CancellationToken stop)
    {
        if (dialect is not null && !DecodePreview.Dialects.Contains(dialect)) throw new StartException($"--dialect: found '{dialect}', allowed is {string.Join(", ", DecodePreview.Dialects)}");
        if (file != "-" && !File.Exists(file)) throw new StartException($"there is no file '{file}'; use - for standard input");
        var settings = context.Settings();
        using var bytes = new MemoryStream();
        await using (var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file)) await input.CopyToAsync(bytes, stop);
        var registry = await RegistryAsync(settings.DataDir, context, stop);
        var lines = DecodePreview.Decode(topic, bytes.ToArray(), context.Real.GetUtcNow(), registry, new ChannelTable(), IngestSettings.From(settings));
        foreach (var line in lines) Console.WriteLine(line);
        return 0;
    }

    // The registered devices, when there is a data folder; decoding also works without one.
    private static async Task<DeviceRegistry> RegistryAsync(string dataDir, VerbContext context, CancellationToken stop)
    {
        var path = Path.Combine(dataDir, "hub.db");
        if (!File.Exists(path)) return new DeviceRegistry();
        await using var database = await HubDatabase.OpenAsync(path, context.Real);
        return await DeviceRegistry.LoadAsync(new SqliteRegistryStore(database), stop);
    }
}
