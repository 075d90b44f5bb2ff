using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Gathering;

/// <summary>What is usual in each slot of the week: a Gamma belief for each weekday's slot, leaning on all workdays (or weekend days) while it knows little.</summary>
internal sealed class WeeklyProfile(int slots, double pooled, double proven)
{
    private const double OwnMemory = 0.98;
    private const double PooledMemory = 0.97;

    private readonly float[] counts = new float[7 * slots];
    private readonly float[] weights = new float[7 * slots];
    private readonly float[] groupCounts = new float[2 * slots];
    private readonly float[] groupWeights = new float[2 * slots];

    /// <summary>Mean of a slot, how much it rests on (the shape of the Gamma belief), and days that slots like it were counted.</summary>
    public (double Mean, double Shape, double Days) Of(int weekday, int slot)
    {
        var group = Group(weekday) * slots;
        var before = group + ((slot + slots - 1) % slots);
        var after = group + ((slot + 1) % slots);
        var sum = groupCounts[group + slot] + (0.5 * (groupCounts[before] + groupCounts[after])) + 0.15;
        var weight = groupWeights[group + slot] + (0.5 * (groupWeights[before] + groupWeights[after])) + 0.3;
        var lent = pooled * weight / (weight + proven);
        var shape = counts[(weekday * slots) + slot] + (lent * sum / weight);
        return (Math.Max(shape / (weights[(weekday * slots) + slot] + lent), 0.05), shape, weight - 0.3);
    }

    public void Learn(int weekday, int slot, double count, double weight)
    {
        var own = (weekday * slots) + slot;
        counts[own] = (float)((OwnMemory * counts[own]) + (weight * count));
        weights[own] = (float)((OwnMemory * weights[own]) + weight);
        var group = (Group(weekday) * slots) + slot;
        groupCounts[group] = (float)((PooledMemory * groupCounts[group]) + (weight * count));
        groupWeights[group] = (float)((PooledMemory * groupWeights[group]) + weight);
    }

    public void Save(StateWriter state)
    {
        foreach (var array in (ReadOnlySpan<float[]>)[counts, weights, groupCounts, groupWeights])
            foreach (var figure in array) state.Int(BitConverter.SingleToInt32Bits(figure));
    }

    public void Restore(ref StateReader state)
    {
        foreach (var array in (ReadOnlySpan<float[]>)[counts, weights, groupCounts, groupWeights])
            for (var i = 0; i < array.Length; i++) array[i] = BitConverter.Int32BitsToSingle(state.Int());
    }

    // 1970-01-01, day 0, was a Thursday; weekday 0 is Monday.
    private static int Group(int weekday) => weekday >= 5 ? 1 : 0;
}
