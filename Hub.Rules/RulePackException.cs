using System.Globalization;

namespace Hub.Rules;

/// <summary>One fault in a rule pack, with the place where a person can mend it.</summary>
/// <param name="File">File name within the rules folder.</param>
/// <param name="Line">Line, from 1; 0 when it concerns the whole file.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Found">What was found.</param>
/// <param name="Allowed">What is allowed there.</param>
public sealed record RulePackFault(string File, int Line, int Column, string Found, string Allowed)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? $"{File}: {Found}; {Allowed}" :
        string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Found}; {Allowed}");
}

/// <summary>A set of rule packs was refused as a whole. Names every fault, so that one round of mending is enough.</summary>
public sealed class RulePackException(IReadOnlyList<RulePackFault> faults)
    : Exception((faults.Count == 1 ? "1 fault" : $"{faults.Count} faults") + " in the rule packs:\n" + string.Join('\n', faults))
{
    /// <summary>The faults in the order of file, line and column.</summary>
    public IReadOnlyList<RulePackFault> Faults { get; } = faults;
}
