namespace Hub.Rules.Engine;

/// <summary>The middle of some figures, without putting all of them in order.</summary>
internal static class Median
{
    /// <summary>The median; of an even number the mean of the two in the middle.</summary>
    /// <param name="values">At least one figure, none NaN; their order is changed.</param>
    public static double Of(Span<double> values)
    {
        var middle = values.Length / 2;
        var upper = Select(values, middle);
        if (values.Length % 2 == 1) return upper;
        var lower = double.NegativeInfinity;
        foreach (var value in values[..middle]) lower = Math.Max(lower, value);
        return (lower + upper) / 2;
    }

    // Hoare's selection: afterwards nothing before the place is larger than what stands there, nothing behind it smaller.
    private static double Select(Span<double> values, int place)
    {
        int low = 0, high = values.Length - 1;
        while (low < high)
        {
            var pivot = values[low + ((high - low) / 2)];
            int i = low, j = high;
            while (i <= j)
            {
                while (values[i] < pivot) i++;
                while (values[j] > pivot) j--;
                if (i > j) break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }

            if (place <= j) high = j;
            else if (place >= i) low = i;
            else break;
        }

        return values[place];
    }
}
