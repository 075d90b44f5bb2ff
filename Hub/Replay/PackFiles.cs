using System.Text.RegularExpressions;
using Hub.Core.Ports;

namespace Hub.Replay;

/// <summary>Lays changed files over those in force.</summary>
internal static partial class PackFiles
{
    private const string NewFile = "tried.yaml";

    /// <summary>Changes with a name for each file, and what is wrong with the names.</summary>
    public static (IReadOnlyList<PackText> Changes, IReadOnlyList<string> Faults) Named(IReadOnlyList<(string File, string Text)> files, IReadOnlyList<PackText> changes)
    {
        List<PackText> named = [];
        List<string> faults = [];
        foreach (var change in changes)
        {
            var file = change.File.Length > 0 ? change.File : FileOf(files, change.Text);
            if (!Name().IsMatch(file)) faults.Add($"{file}:1:1: a file name with other signs; lower-case letters, digits, '.', '_' and '-', ending in .yaml");
            else if (named.Exists(c => c.File == file)) faults.Add($"{file}:1:1: the same file twice; each once");
            else if (change.Text.Length == 0 && !files.Any(f => f.File == file)) faults.Add($"{file}:1:1: a file to be taken out that is not there; one of those in force");
            else named.Add(change with { File = file });
        }

        return (named, faults);
    }

    /// <summary>The whole set after the changes, in the order of names.</summary>
    public static IReadOnlyList<(string File, string Text)> Lay(IReadOnlyList<(string File, string Text)> files, IReadOnlyList<PackText> changes)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (file, text) in files) all[file] = text;
        foreach (var change in changes)
        {
            if (change.Text.Length > 0) all[change.File] = change.Text;
            else all.Remove(change.File);
        }

        return [.. all.Select(f => (f.Key, f.Value))];
    }

    private static string FileOf(IReadOnlyList<(string File, string Text)> files, string text)
    {
        var pack = Pack().Match(text) is { Success: true } named ? named.Groups[1].Value : "";
        return files.Where(f => pack.Length > 0 && Pack().Match(f.Text) is { Success: true } m && m.Groups[1].Value == pack).Select(f => f.File).FirstOrDefault(NewFile);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,80}\\.yaml$")]
    private static partial Regex Name();

    [GeneratedRegex("^pack:\\s*['\"]?([\\w.-]+)", RegexOptions.Multiline)]
    private static partial Regex Pack();
}
