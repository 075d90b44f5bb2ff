using Hub.Core.Ports;
using Hub.Core.Readings;

namespace Hub.Adapters.Readings;

/// <summary>How far each lane was appended, so that a batch offered twice is taken once.</summary>
/// <remarks>A lane is read in the order of its positions, so one mark a lane is enough. Observations without a position (imports) always pass.</remarks>
internal sealed class LaneMarks
{
    private (long Position, int Ordinal)[] marks = [];

    /// <summary>Starts from what is durable: everything up to the positions was taken.</summary>
    public void Restart(IReadOnlyList<long> positions) =>
        marks = [.. positions.Select(position => (position, int.MaxValue))];

    /// <summary>Whether the observation is new; remembers it.</summary>
    public bool Advance(Observation observation)
    {
        if (observation.Position <= 0) return true;
        if (observation.Lane >= marks.Length) Array.Resize(ref marks, observation.Lane + 1);
        ref var mark = ref marks[observation.Lane];
        if (observation.Position < mark.Position || (observation.Position == mark.Position && observation.Ordinal <= mark.Ordinal)) return false;
        mark = (observation.Position, observation.Ordinal);
        return true;
    }

    /// <summary>The stored checkpoint as a consumer of that many lanes needs it.</summary>
    public static Checkpoint Fit(Checkpoint stored, int lanes)
    {
        if (stored.Positions.Count == lanes) return stored;
        if (stored.Positions.Count > lanes && stored.Positions.Skip(lanes).Any(position => position > 0))
            throw new InvalidDataException($"the readings store was fed from {stored.Positions.Count} lanes, the journal has {lanes}; set Hub:Journal:Lanes back to {stored.Positions.Count}");
        var positions = new long[lanes];
        for (var i = 0; i < Math.Min(lanes, stored.Positions.Count); i++) positions[i] = stored.Positions[i];
        return stored with { Positions = positions };
    }
}
