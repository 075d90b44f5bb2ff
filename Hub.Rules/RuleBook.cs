#pragma warning disable CA1822 // the face first; the body follows
using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Rules;

/// <summary>All rules in force, read and checked as a whole from a folder of packs. Immutable but for its counters and traces; shared by all lanes.</summary>
public sealed class RuleBook : IRuleCatalogue
{
    private RuleBook() { }

    /// <summary>SHA-256 over all packs, lower-case hex: names this set of rules.</summary>
    public string Fingerprint { get; private init; } = "";

    /// <inheritdoc/>
    public IReadOnlyList<RuleInfo> Rules { get; private init; } = [];

    /// <summary>Reads every <c>*.yaml</c> of a folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="channels">Channels with their units.</param>
    /// <param name="zone">Local time of schedules such as 22:00–06:00.</param>
    /// <exception cref="RulePackException">Anything wrong in any pack; names every fault with file, line and column.</exception>
    public static RuleBook Load(string directory, ChannelTable channels, TimeZoneInfo zone) => new();

    /// <inheritdoc/>
    public IReadOnlyList<RuleTrace>? TraceOf(string ruleId, string? deviceId, int limit) => null;
}
