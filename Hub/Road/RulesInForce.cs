using System.Collections.Concurrent;
using System.Text;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Ingest;
using Hub.Rules;
using Microsoft.Extensions.Logging;

namespace Hub.Road;

/// <summary>The rules that judge now, and the way by which others take their place: read as a whole, kept, then named in the journal of every lane.</summary>
/// <remarks>A lane changes over when it comes to that record, so a replay changes over at the same place. Any thread.</remarks>
internal sealed class RulesInForce(RuleBook first, RuleShelf shelf, string folder, ChannelTable channels, TimeZoneInfo zone, TimeProvider clock, ILogger<RulesInForce> log)
    : IRuleCatalogue, IRuleSets, IDisposable
{
    private const int MostFaultsLogged = 20;

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly ConcurrentDictionary<string, RuleBook> books = new(StringComparer.Ordinal);
    private volatile RuleBook current = first;
    private volatile IReadOnlyList<string> faults = [];
    private TickSource? ticks;
    private volatile bool named;
    private string seen = Stamp(folder);
    private string settling = "";

    /// <summary>Refuses a set that could mute a P1. Always, but in tests of something else.</summary>
    public bool MustBeSafe { get; init; } = true;

    /// <summary>The set that was read last without a fault.</summary>
    public RuleBook Current => current;

    /// <inheritdoc/>
    public string Fingerprint => current.Fingerprint;

    /// <inheritdoc/>
    public long SinceMs { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Faults => faults;

    /// <inheritdoc/>
    public IReadOnlyList<RuleSetInfo> Kept => shelf.Kept;

    /// <inheritdoc/>
    public string Folder => folder;

    /// <inheritdoc/>
    public IReadOnlyList<RuleInfo> Rules => current.Rules;

    /// <inheritdoc/>
    public IReadOnlyList<RuleTrace>? TraceOf(string ruleId, string? deviceId, int limit) => current.TraceOf(ruleId, deviceId, limit);

    /// <inheritdoc/>
    public IReadOnlyList<(string File, string Text)>? FilesOf(string fingerprint) => shelf.FilesOf(fingerprint);

    /// <summary>A set by its name: in force, or kept; null when it is neither.</summary>
    public RuleBook? BookOf(string fingerprint)
    {
        if (string.Equals(fingerprint, Fingerprint, StringComparison.Ordinal)) return current;
        if (books.TryGetValue(fingerprint, out var known)) return known;
        if (shelf.Find(fingerprint, channels, zone) is not { } kept) return null;
        kept.Inherit(current);
        return books.GetOrAdd(fingerprint, kept);
    }

    /// <summary>At start: keeps the set the folder holds and names it in every lane, whether it changed or not. Where a crash cut a change short, this ends it.</summary>
    public async Task BeginAsync(TickSource source, CancellationToken stop)
    {
        ticks = source;
        try
        {
            await PutInForceAsync(current, "start", stop);
        }
        catch (Journal.JournalException e)
        {
            // A full disk stops no start. Nothing is journalled meanwhile either; the next look says it.
            log.LogError("The rules in force cannot be named in the journal ({Fault}); trying again", e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<RuleReload> ReloadAsync(string by, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            seen = Stamp(folder);
            RuleBook book;
            try
            {
                book = RuleBook.Load(folder, channels, zone);
                if (MustBeSafe && book.SafetyGaps() is { Count: > 0 } gaps) throw new RulePackException(gaps);
            }
            catch (Exception e) when (e is RulePackException or IOException or UnauthorizedAccessException)
            {
                return Refuse(e is RulePackException pack ? [.. pack.Faults.Select(f => f.ToString())] : [$"{folder}: {e.Message}; a folder that can be read"]);
            }

            faults = [];
            if (string.Equals(book.Fingerprint, Fingerprint, StringComparison.Ordinal)) return new RuleReload(false, Fingerprint, []);
            book = books.GetOrAdd(book.Fingerprint, book);
            books.TryAdd(Fingerprint, current);
            book.Inherit(current);
            await PutInForceAsync(book, by, stop);
            log.LogInformation("Rules {Fingerprint} are in force: {Rules} rules, asked for by {By}", Fingerprint[..12], book.Rules.Count, by);
            return new RuleReload(true, Fingerprint, []);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Looks whether the folder changed; takes it up once it has stood still for one look, so that half a copy is not read.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        if (!named) await PutInForceAsync(current, "start", stop);
        var now = Stamp(folder);
        if (string.Equals(now, seen, StringComparison.Ordinal)) return;
        if (string.Equals(now, settling, StringComparison.Ordinal)) await ReloadAsync("folder", stop);
        settling = now;
    }

    /// <summary>Has the next look take the folder up, changed or not: somebody asked by a signal.</summary>
    public void Ask() => (seen, settling) = ("", Stamp(folder));

    public void Dispose() => one.Dispose();

    private RuleReload Refuse(IReadOnlyList<string> found)
    {
        faults = found;
        log.LogError(
            "The rules in {Folder} are refused, {Fingerprint} stays in force. {Count} fault(s):\n{Faults}",
            folder, Fingerprint[..12], found.Count, string.Join('\n', found.Take(MostFaultsLogged)));
        return new RuleReload(false, Fingerprint, found);
    }

    // First kept, then named in the journal: what a lane reads there must be found.
    private async Task PutInForceAsync(RuleBook book, string by, CancellationToken stop)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        shelf.Keep(book, nowMs, by);
        await ticks!.DirectAsync(DirectiveKind.Rules, Encoding.ASCII.GetBytes(book.Fingerprint), stop);
        named = true;
        current = book;
        SinceMs = nowMs;
    }

    private static string Stamp(string folder)
    {
        try
        {
            return string.Join('|', new DirectoryInfo(folder).EnumerateFiles("*.yaml").OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
