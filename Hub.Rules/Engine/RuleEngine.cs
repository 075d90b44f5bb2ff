#pragma warning disable CA1822, CS9113 // the face first; the body follows
using System.Buffers;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Rules;

/// <summary>Judges one lane: observations and ticks in, alerts out. One thread at a time; awaits nothing; knows no clock but the one in the journal.</summary>
public sealed class RuleEngine(RuleBook book, IDeviceDirectory directory, int lane, EngineOptions options)
{

    /// <summary>What it did and what it holds.</summary>
    public EngineFigures Figures => default;

    /// <summary>Judges one observation; appends what it raises. Allocates nothing when nothing fires.</summary>
    public void Judge(Observation observation, List<Alert> alerts) { }

    /// <summary>One journalled tick: timers, silence, holds, devices gone.</summary>
    /// <param name="tickMs">Arrival time of the tick, milliseconds since 1970-01-01 UTC.</param>
    /// <param name="position">Position of the tick in the lane.</param>
    /// <param name="alerts">Receives what it raises.</param>
    public void Tick(long tickMs, long position, List<Alert> alerts) { }

    /// <summary>Writes all state, in a versioned format that a later version and another set of rules can read.</summary>
    public void Save(IBufferWriter<byte> output) { }

    /// <summary>Takes over saved state. State of a rule that has changed since is dropped; all other rules go on as if nothing had happened.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot of this engine.</exception>
    public void Restore(ReadOnlySpan<byte> snapshot) { }
}
