using System.Security.Cryptography;
using System.Text;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Rules.Detectors.Bank;
using Hub.Rules.Packs;
using Hub.Rules.Safety;

namespace Hub.Rules;

/// <summary>All rules in force, read and checked as a whole from a folder of packs. Immutable but for its counters and traces; shared by all lanes.</summary>
public sealed class RuleBook : IRuleCatalogue
{
    private const string CalendarFile = "calendar.yaml";
    private const string DetectorsFile = "detectors.yaml";
    private const long MaxFileBytes = 4 << 20;

    private readonly List<CompiledRule> compiled;
    private HashSet<string>? counted;
    private ChannelTable channels = null!;

    private RuleBook(List<CompiledRule> compiled, IReadOnlyList<(string File, string Text)> files, string fingerprint, TimeZoneInfo zone, int channelCount, IReadOnlyDictionary<DateOnly, bool> workdays)
    {
        this.compiled = compiled;
        Files = files;
        Fingerprint = fingerprint;
        Zone = zone;
        ChannelCount = channelCount;
        Workdays = workdays;
    }

    /// <summary>SHA-256 over all packs, lower-case hex: names this set of rules.</summary>
    public string Fingerprint { get; }

    /// <summary>The files it was read from, in their order: what must be kept to read it again.</summary>
    public IReadOnlyList<(string File, string Text)> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyList<RuleInfo> Rules => [.. compiled.Select(r => new RuleInfo(
        r.Id, r.Version, r.Pack, r.Type, r.Title, r.Steps.Max(s => s.Severity), r.Owner, r.Basis, r.Shadow, r.Description, r.Source, r.Ledger.Raised)
    {
        ShadowedMs = r.Ledger.ShadowedMs,
        DivisionsByZero = r.Ledger.DivisionsByZero,
        BasisEn = r.BasisEn,
        LifeSafety = r.LifeSafety,
        Parameters = r.Scope.Parameters,
    })];

    internal IReadOnlyList<CompiledRule> Compiled => compiled;

    /// <summary>Types of alerts that some rule counts.</summary>
    internal HashSet<string> Counted => counted ??= [.. compiled.SelectMany(r => r.Scope.AsksRaised)];

    /// <summary>Detectors declared in detectors.yaml, one for each channel that is watched alone.</summary>
    internal IReadOnlyList<DetectorSpec> Detectors { get; private init; } = [];

    internal TimeZoneInfo Zone { get; }

    internal int ChannelCount { get; }

    internal IReadOnlyDictionary<DateOnly, bool> Workdays { get; }

    /// <summary>Whether both name the same channels by the same objects.</summary>
    internal bool SharesChannels(RuleBook other) => ReferenceEquals(channels, other.channels);

    internal Channel? ChannelOf(string name) => channels.Find(name);

    /// <summary>Reads every <c>*.yaml</c> of a folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="channels">Channels with their units.</param>
    /// <param name="zone">Local time of schedules such as 22:00–06:00.</param>
    /// <exception cref="RulePackException">Anything wrong in any pack; names every fault with file, line and column.</exception>
    public static RuleBook Load(string directory, ChannelTable channels, TimeZoneInfo zone)
    {
        if (!Directory.Exists(directory))
            throw new RulePackException([new RulePackFault(directory, 0, 0, "no such folder", "a folder with rule packs (*.yaml); set Hub:Rules:Directory")]);
        var files = new List<(string, string)>();
        var faults = new List<RulePackFault>();
        foreach (var path in Directory.EnumerateFiles(directory, "*.yaml").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            try
            {
                if (new FileInfo(path).Length > MaxFileBytes) faults.Add(new RulePackFault(name, 1, 1, "a file larger than 4 MiB", "split it into several packs"));
                else files.Add((name, File.ReadAllText(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(new RulePackFault(name, 1, 1, "a file that cannot be read: " + e.Message.TrimEnd('.'), "a file that the hub may read"));
            }
        }

        // A pack that somebody believes to be in force, and is not, is worse than one that is refused.
        foreach (var path in Directory.EnumerateFiles(directory, "*.yml").Order(StringComparer.Ordinal))
            faults.Add(new RulePackFault(Path.GetFileName(path), 1, 1, "a file that would not be read", $"the ending .yaml: {Path.GetFileNameWithoutExtension(path)}.yaml"));
        if (faults.Count > 0) throw new RulePackException(faults);
        return Parse(files, channels, zone);
    }

    /// <summary>Reads packs from memory.</summary>
    /// <param name="files">File names and their texts.</param>
    /// <param name="channels">Channels with their units.</param>
    /// <param name="zone">Local time of schedules.</param>
    /// <exception cref="RulePackException">Anything wrong in any pack.</exception>
    public static RuleBook Parse(IReadOnlyList<(string File, string Text)> files, ChannelTable channels, TimeZoneInfo zone)
    {
        files = [.. files.Select(f => (f.File, f.Text.TrimStart('\uFEFF')))];
        var faults = new List<RulePackFault>();
        var overrides = Overrides.Read(TextOf(files, Overrides.File), new FaultList(Overrides.File, faults));
        var workdays = CalendarReader.Read(TextOf(files, CalendarFile), new FaultList(CalendarFile, faults));

        // Before the packs: rules name the channels that detectors tell their scores under.
        var detectors = DetectorReader.Read(TextOf(files, DetectorsFile), channels, new FaultList(DetectorsFile, faults));

        var rules = new List<CompiledRule>();
        var reader = new PackReader(channels, overrides, [.. detectors.SelectMany(d => new[] { d.Score.Name, d.Margin.Name, d.Why.Name, d.Sign.Name })]);
        foreach (var (file, text) in files)
            if (file is not (Overrides.File or CalendarFile or DetectorsFile)) reader.Read(file, YamlText.Plain(text), rules, new FaultList(file, faults));
        CheckIds(rules, overrides, faults);
        if (rules.Count == 0 && faults.Count == 0) faults.Add(new RulePackFault("rules", 0, 0, "no rule at all", "at least one *.yaml with 'rules:'"));
        if (faults.Count > 0)
            throw new RulePackException([.. faults.Distinct().OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column)]);

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', files.SelectMany(f => new[] { f.File, f.Text }))));
        return new RuleBook(rules, [.. files], Convert.ToHexStringLower(hash), zone, channels.All.Length, workdays) { Detectors = detectors, channels = channels };
    }

    /// <summary>Proves that no combination of anything can mute a P1 of smoke, heat, gas or a call for help.</summary>
    /// <returns>What could not be proven, with the rule to mend; empty when all is.</returns>
    public IReadOnlyList<RulePackFault> SafetyGaps() => SafetyProof.Gaps(compiled);

    /// <inheritdoc/>
    public IReadOnlyList<RuleTrace>? TraceOf(string ruleId, string? deviceId, int limit) =>
        compiled.Find(r => string.Equals(r.Id, ruleId, StringComparison.Ordinal))?.Ledger.Newest(deviceId, limit);

    /// <summary>Goes on with the counts and traces of rules that the set before it had too; call before it judges.</summary>
    public void Inherit(RuleBook before)
    {
        var ledgers = before.compiled.ToDictionary(r => r.Id, r => r.Ledger, StringComparer.Ordinal);
        foreach (var rule in compiled)
            if (ledgers.TryGetValue(rule.Id, out var ledger)) rule.Ledger = ledger;
        // One that was taken to match everything begins anew when it was changed.
        var hashes = before.compiled.ToDictionary(r => r.Id, r => r.Hash, StringComparer.Ordinal);
        foreach (var rule in compiled)
            if (hashes.TryGetValue(rule.Id, out var hash) && !string.Equals(hash, rule.Hash, StringComparison.Ordinal)) rule.Ledger.Forgive();
    }

    /// <summary>Number and unit of a parameter such as <c>60 °C</c>; false when it is none.</summary>
    public static bool TryQuantity(string text, out double value, out string unit) => Expressions.Units.TryQuantity(text, out value, out unit);

    /// <summary>The text of <c>overrides.yaml</c> with one parameter of one rule set.</summary>
    /// <param name="text">The file as it is; empty for none.</param>
    /// <param name="rule">Id of the rule.</param>
    /// <param name="parameter">Name of the parameter.</param>
    /// <param name="value">Its new value with unit.</param>
    public static string Override(string text, string rule, string parameter, string value) => Overrides.With(text, rule, parameter, value);

    private static string TextOf(IReadOnlyList<(string File, string Text)> files, string file) =>
        YamlText.Plain(files.FirstOrDefault(f => string.Equals(f.File, file, StringComparison.Ordinal)).Text ?? "");

    private static void CheckIds(List<CompiledRule> rules, Overrides overrides, List<RulePackFault> faults)
    {
        var seen = new Dictionary<string, CompiledRule>(StringComparer.Ordinal);
        foreach (var rule in rules)
            if (!seen.TryAdd(rule.Id, rule)) faults.Add(new RulePackFault(rule.Pack, rule.Line, 5, $"a second rule '{rule.Id}', already in {seen[rule.Id].Pack}, line {seen[rule.Id].Line}", "an id once in all packs"));
        overrides.CheckIds(seen.Keys);
        foreach (var second in rules.Where(r => r.Detector.Length > 0).Skip(1)) faults.Add(new RulePackFault(second.Pack, second.Line, 5, $"a second rule with 'detector: outage', '{second.Id}'", "one"));
    }
}
