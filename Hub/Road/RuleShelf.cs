using System.Text.Json;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Rules;

namespace Hub.Road;

/// <summary>Keeps every set of rules that was ever in force, one folder a fingerprint: the journal names them, so a replay needs them. Any thread.</summary>
internal sealed class RuleShelf(string folder)
{
    /// <summary>Versions kept. At one change a day that is two years, and about 30 MB; the oldest goes first.</summary>
    private const int MostKept = 750;

    private const string AboutFile = "about.json";

    private readonly Lock gate = new();

    private sealed record About(long SinceMs, string By);

    /// <summary>Every version kept, the newest first.</summary>
    public IReadOnlyList<RuleSetInfo> Kept
    {
        get
        {
            lock (gate) return [.. Folders().OrderByDescending(k => k.SinceMs).ThenBy(k => k.Fingerprint, StringComparer.Ordinal)];
        }
    }

    /// <summary>Puts a set on the shelf; durable when it returns. One that stands there already stays as it is.</summary>
    /// <exception cref="IOException">The data folder cannot be written.</exception>
    public void Keep(RuleBook book, long nowMs, string by)
    {
        lock (gate)
        {
            var target = Of(book.Fingerprint);
            if (Directory.Exists(target)) return;
            var half = target + ".half";
            if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
            Directory.CreateDirectory(half);
            foreach (var (file, text) in book.Files) Write(Path.Combine(half, file), text);
            Write(Path.Combine(half, AboutFile), JsonSerializer.Serialize(new About(nowMs, by)));
            Directory.Move(half, target);
            foreach (var old in Folders().OrderByDescending(k => k.SinceMs).Skip(MostKept).ToList()) Directory.Delete(Of(old.Fingerprint), recursive: true);
        }
    }

    /// <summary>File names and texts of a version; null when it is not kept.</summary>
    public IReadOnlyList<(string File, string Text)>? FilesOf(string fingerprint)
    {
        lock (gate)
        {
            if (!IsFingerprint(fingerprint) || !Directory.Exists(Of(fingerprint))) return null;
            return [.. Directory.EnumerateFiles(Of(fingerprint), "*.yaml").Order(StringComparer.Ordinal).Select(p => (Path.GetFileName(p), File.ReadAllText(p)))];
        }
    }

    /// <summary>A version, read again; null when it is not kept, or this program no longer understands it.</summary>
    public RuleBook? Find(string fingerprint, ChannelTable channels, TimeZoneInfo zone)
    {
        if (FilesOf(fingerprint) is not { } files) return null;
        try
        {
            return RuleBook.Parse(files, channels, zone);
        }
        catch (RulePackException)
        {
            return null;
        }
    }

    private static bool IsFingerprint(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static void Write(string path, string text)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }

    private string Of(string fingerprint) => Path.Combine(folder, fingerprint);

    private IEnumerable<RuleSetInfo> Folders()
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.EnumerateDirectories(folder))
        {
            var fingerprint = Path.GetFileName(path);
            if (!IsFingerprint(fingerprint)) continue;
            var about = Path.Combine(path, AboutFile);
            var known = File.Exists(about) ? JsonSerializer.Deserialize<About>(File.ReadAllText(about)) : null;
            yield return new RuleSetInfo(fingerprint, known?.SinceMs ?? 0, known?.By ?? "");
        }
    }
}
