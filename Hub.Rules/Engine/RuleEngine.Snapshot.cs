#pragma warning disable CA1822
using System.Buffers;

namespace Hub.Rules;

/// <summary>State at rest.</summary>
public sealed partial class RuleEngine
{
    /// <summary>Writes all state, in a versioned format that a later version and another set of rules can read.</summary>
    public void Save(IBufferWriter<byte> output) { }

    /// <summary>Takes over saved state. State of a rule that has changed since is dropped; all other rules go on as if nothing had happened.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot of this engine.</exception>
    public void Restore(ReadOnlySpan<byte> snapshot) { }
}
