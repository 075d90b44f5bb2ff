using System.Text.Json;
using Hub.Core.Ports;

namespace Hub.Adapters.Influx;

/// <summary>How far the journal was written to a server, in a small file: replaced as a whole, flushed before its name is taken.</summary>
/// <remarks>It names the server and database it speaks of: another target starts from the beginning, with what the journal still has.</remarks>
internal sealed class CheckpointFile(string folder, string target)
{
    private sealed record Content(string Target, long[] Positions, byte[] State, long Readings);

    private readonly string path = Path.Combine(folder, "influxdb-checkpoint.json");

    public Checkpoint? Read()
    {
        Directory.CreateDirectory(folder);
        if (!File.Exists(path)) return null;
        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(path));
            return content is null || content.Target != target ? null : new Checkpoint(content.Positions, content.State, content.Readings);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path} is damaged ({fault.Message}); delete it to write again what the journal still has: points overwrite themselves", fault);
        }
    }

    public void Write(Checkpoint checkpoint)
    {
        var content = new Content(target, [.. checkpoint.Positions], checkpoint.State.ToArray(), checkpoint.Readings);
        var fresh = path + ".new";
        try
        {
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(file, content);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (IOException fault)
        {
            throw new StoreUnavailableException($"{path} cannot be written: {fault.Message}", fault);
        }
    }
}
