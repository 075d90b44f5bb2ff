using System.Text;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Road;
using Hub.Rules;
using Microsoft.Extensions.Logging;

namespace Hub.Replay;

/// <summary>Writes tried rules into the rules folder and has it taken up; puts everything back when it is refused.</summary>
internal sealed class RulePromoter(RulesInForce rules, TimeZoneInfo zone, ILogger<RulePromoter> log) : IRulePromoter, IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);

    public string Fingerprint => rules.Fingerprint;

    public IReadOnlyList<PackText> Files => [.. rules.Current.Files.Select(f => new PackText(f.File, f.Text))];

    public async Task<RulePromotion> PromoteAsync(IReadOnlyList<PackText> changes, string expected, string by, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            if (expected.Length > 0 && expected != Fingerprint) return new RulePromotion(Fingerprint, [], [], Outdated: true);
            var before = rules.Current;
            var (named, faults) = PackFiles.Named(before.Files, changes);
            if (faults.Count == 0) faults = FaultsOf(before, PackFiles.Lay(before.Files, named));
            if (faults.Count > 0) return new RulePromotion(Fingerprint, [], faults, false);
            return await WriteAsync(before, named, by);
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<RulePromotion> WriteAsync(RuleBook before, IReadOnlyList<PackText> changes, string by)
    {
        var written = new List<string>();
        try
        {
            foreach (var change in changes)
            {
                written.Add(change.File);
                Put(change.File, change.Text);
            }

            // Not the caller's token: half a folder must not stay because somebody hung up.
            var reload = await rules.ReloadAsync(by, CancellationToken.None);
            if (reload.Faults.Count == 0) return new RulePromotion(reload.Fingerprint, written, [], false);
            await PutBackAsync(before, written, by);
            return new RulePromotion(rules.Fingerprint, [], reload.Faults, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await PutBackAsync(before, written, by);
            throw new IOException($"the rules folder '{rules.Folder}' cannot be written: {e.Message}", e);
        }
    }

    private async Task PutBackAsync(RuleBook before, List<string> written, string by)
    {
        try
        {
            foreach (var file in written) Put(file, before.Files.FirstOrDefault(f => f.File == file).Text ?? "");
            await rules.ReloadAsync(by, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("The rules folder {Folder} could not be put back ({Fault}); the rules in force are kept as {Fingerprint}", rules.Folder, e.Message, rules.Fingerprint);
        }
    }

    // Whole or not at all: written beside it, flushed, then moved over it.
    private void Put(string file, string text)
    {
        var target = Path.Combine(rules.Folder, file);
        if (text.Length == 0)
        {
            File.Delete(target);
            return;
        }

        var half = target + ".half";
        using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, target, overwrite: true);
    }

    private IReadOnlyList<string> FaultsOf(RuleBook before, IReadOnlyList<(string File, string Text)> files)
    {
        try
        {
            var after = RuleBook.Parse(files, new ChannelTable(), zone);
            if (rules.MustBeSafe && after.SafetyGaps() is { Count: > 0 } gaps) return [.. gaps.Select(f => f.ToString())];
            var known = before.Rules.ToDictionary(r => r.Id, StringComparer.Ordinal);
            return [.. after.Rules
                .Where(r => known.TryGetValue(r.Id, out var was) && was.Source != r.Source && was.Version == r.Version)
                .Select(r => $"{r.Pack}:{LineOf(after, r)}:5: the rule '{r.Id}' changed but is still version {r.Version}; another version, so that every alert names the text that made it")];
        }
        catch (RulePackException e)
        {
            return [.. e.Faults.Select(f => f.ToString())];
        }
    }

    private static int LineOf(RuleBook book, RuleInfo rule)
    {
        var text = book.Files.First(f => string.Equals(f.File, rule.Pack, StringComparison.Ordinal)).Text;
        var at = text.IndexOf("id: " + rule.Id, StringComparison.Ordinal);
        return at < 0 ? 1 : text.AsSpan(0, at).Count('\n') + 1;
    }
}
