namespace Hub.Simulators.Communities;

/// <summary>One stairwell of fifteen flats on floors 2 to 6, and what was fitted into it.</summary>
/// <remarks>
/// Sums over the 432 stairwells: 6,458 flats, 3,200 home and 1,300 corridor smoke alarms, 1,300 gas detectors, 520 elder kits,
/// 200 load detectors.
/// </remarks>
internal sealed class Household(int stairwell)
{
    private const int Stairwells = 432;

    /// <summary>Flat numbers of a stairwell (201 to 603); in 22 of them two flats were joined.</summary>
    public IReadOnlyList<int> Flats { get; } = [.. Numbers().Where(n => n != 603 || !Spread(stairwell, 22))];

    /// <summary>Flats with a smoke alarm: 7 or 8.</summary>
    public IReadOnlyList<int> Smoke => Pick(Spread(stairwell, 176) ? 8 : 7, step: 2, first: 0);

    /// <summary>Corridor smoke alarms: 3, in four stairwells 4.</summary>
    public int CorridorSmoke => Spread(stairwell, 4) ? 4 : 3;

    /// <summary>Flats with a gas detector: 3, in four stairwells 4.</summary>
    public IReadOnlyList<int> Gas => Pick(Spread(stairwell, 4) ? 4 : 3, step: 4, first: 1);

    /// <summary>Flats of elders who live alone and agreed to a kit: 1 or 2.</summary>
    public IReadOnlyList<int> Elders => Pick(Spread(stairwell, 88) ? 2 : 1, step: 6, first: 4 + (stairwell % 3));

    /// <summary>Rented flat with a charge load detector, or 0.</summary>
    public int Rented => Spread(stairwell, 200) ? 301 + (stairwell % 3) : 0;

    private static IEnumerable<int> Numbers() =>
        from floor in Enumerable.Range(2, 5) from door in Enumerable.Range(1, 3) select (floor * 100) + door;

    // True for exactly `count` of the stairwells, evenly spread.
    private static bool Spread(int stairwell, int count) => (stairwell + 1) * count / Stairwells > stairwell * count / Stairwells;

    private int[] Pick(int count, int step, int first)
    {
        // Step and 14 or 15 flats may share a factor, so walk on to the next free one.
        var taken = new SortedSet<int>();
        for (var i = first; taken.Count < count; i += step)
        {
            var at = i % Flats.Count;
            while (!taken.Add(at)) at = (at + 1) % Flats.Count;
        }

        return [.. taken.Select(i => Flats[i])];
    }
}
