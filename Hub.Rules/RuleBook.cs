using System.Security.Cryptography;
using System.Text;
using Hub.Core;
using Hub.Core.Ports;
using Hub.Rules.Detectors.Bank;
using Hub.Rules.Packs;
using Hub.Rules.Safety;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hub.Rules;

/// <summary>All rules in force, read and checked as a whole from a folder of packs. Immutable but for its counters and traces; shared by all lanes.</summary>
public sealed class RuleBook : IRuleCatalogue
{
    private const string OverridesFile = "overrides.yaml";
    private const string CalendarFile = "calendar.yaml";
    private const string DetectorsFile = "detectors.yaml";
    private const long MaxFileBytes = 4 << 20;

    private readonly List<CompiledRule> compiled;
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

    /// <summary>Detectors declared in detectors.yaml, one for each channel that is watched alone.</summary>
    internal IReadOnlyList<DetectorSpec> Detectors { get; private init; } = [];

    internal TimeZoneInfo Zone { get; }

    internal int ChannelCount { get; }

    internal IReadOnlyDictionary<DateOnly, bool> Workdays { get; }

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
        foreach (var path in Directory.EnumerateFiles(directory, "*.yaml").Order(StringComparer.Ordinal))
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                throw new RulePackException([new RulePackFault(Path.GetFileName(path), 0, 0, "a file larger than 4 MiB", "split it into several packs")]);
            files.Add((Path.GetFileName(path), File.ReadAllText(path)));
        }

        return Parse(files, channels, zone);
    }

    /// <summary>Reads packs from memory.</summary>
    /// <param name="files">File names and their texts.</param>
    /// <param name="channels">Channels with their units.</param>
    /// <param name="zone">Local time of schedules.</param>
    /// <exception cref="RulePackException">Anything wrong in any pack.</exception>
    public static RuleBook Parse(IReadOnlyList<(string File, string Text)> files, ChannelTable channels, TimeZoneInfo zone)
    {
        var faults = new List<RulePackFault>();
        var overrides = files.Where(f => string.Equals(f.File, OverridesFile, StringComparison.Ordinal)).Select(f => ReadOverrides(f.Text, new FaultList(f.File, faults))).FirstOrDefault()
            ?? new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var workdays = files.Where(f => string.Equals(f.File, CalendarFile, StringComparison.Ordinal)).Select(f => CalendarReader.Read(f.Text, new FaultList(f.File, faults))).FirstOrDefault()
            ?? new Dictionary<DateOnly, bool>();

        // Before the packs: rules name the channels that detectors tell their scores under.
        var detectors = files.Where(f => string.Equals(f.File, DetectorsFile, StringComparison.Ordinal)).Select(f => DetectorReader.Read(f.Text, channels, new FaultList(f.File, faults))).FirstOrDefault() ?? [];

        var rules = new List<CompiledRule>();
        var reader = new PackReader(channels, overrides, [.. detectors.SelectMany(d => new[] { d.Score.Name, d.Margin.Name })]);
        foreach (var (file, text) in files)
            if (file is not (OverridesFile or CalendarFile or DetectorsFile)) reader.Read(file, text, rules, new FaultList(file, faults));
        CheckIds(rules, overrides, faults);
        if (rules.Count == 0 && faults.Count == 0) faults.Add(new RulePackFault("", 0, 0, "no rule at all", "at least one *.yaml with 'rules:'"));
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
    public static string Override(string text, string rule, string parameter, string value)
    {
        var all = new SortedDictionary<string, IReadOnlyDictionary<string, string>>(ReadOverrides(text, new FaultList(OverridesFile, [])), StringComparer.Ordinal);
        var mine = new SortedDictionary<string, string>(all.GetValueOrDefault(rule, new Dictionary<string, string>()).ToDictionary(), StringComparer.Ordinal) { [parameter] = value };
        all[rule] = mine;
        var head = text.Split('\n').TakeWhile(line => line.StartsWith('#'));
        return string.Join('\n', head.Concat(all.Select(r => $"{r.Key}: {{{string.Join(", ", r.Value.Select(p => $"{p.Key}: {p.Value}"))}}}"))) + "\n";
    }

    private static void CheckIds(List<CompiledRule> rules, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> overrides, List<RulePackFault> faults)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var rule in rules)
            if (!seen.TryAdd(rule.Id, rule.Pack)) faults.Add(new RulePackFault(rule.Pack, 0, 0, $"a second rule '{rule.Id}', already in {seen[rule.Id]}", "an id once in all packs"));
        foreach (var id in overrides.Keys)
            if (!seen.ContainsKey(id)) faults.Add(new RulePackFault(OverridesFile, 0, 0, $"an override of the rule '{id}', which is in no pack", Spelling.Nearest(id, seen.Keys) is { } near ? $"did you mean '{near}'?" : "the id of a rule"));
        if (rules.Count(r => r.Detector.Length > 0) > 1) faults.Add(new RulePackFault("", 0, 0, "more than one rule with 'detector: outage'", "one"));
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> ReadOverrides(string text, FaultList faults)
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0 || YamlMap.AsMap(stream.Documents[0].RootNode, faults) is not { } root) return all;
            foreach (var (id, _, value) in root.Entries)
            {
                if (YamlMap.AsMap(value, faults) is not { } map) continue;
                all[id] = map.Entries.ToDictionary(e => e.Name, e => map.Scalar(e.Value, "a value such as 58 °C") ?? "", StringComparer.Ordinal);
            }
        }
        catch (YamlException fault)
        {
            faults.Add((int)fault.Start.Line, (int)fault.Start.Column, "text that is no YAML: " + fault.Message, "rule ids, each with its parameters");
        }

        return all;
    }
}
