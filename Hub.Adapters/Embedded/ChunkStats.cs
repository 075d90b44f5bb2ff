namespace Hub.Adapters.Embedded;

/// <summary>What the points of a chunk amount to, so that wide steps need not decode it.</summary>
internal struct ChunkStats
{
    /// <summary>Earliest event time, milliseconds since 1970-01-01 UTC.</summary>
    public long FromMs;

    /// <summary>Latest event time.</summary>
    public long ToMs;

    /// <summary>Least value; meaningless unless <see cref="AllNumbers"/>.</summary>
    public double Min;

    /// <summary>Greatest value.</summary>
    public double Max;

    /// <summary>Sum of the values.</summary>
    public double Sum;

    /// <summary>Value of the latest point; of several at one instant the last that came.</summary>
    public double Last;

    /// <summary>Every point is a number and none is NaN: the four values above hold.</summary>
    public bool AllNumbers;

    /// <summary>Takes one more point in.</summary>
    public void Add(int countBefore, long atMs, double value, string? text)
    {
        var isNumber = text is null && !double.IsNaN(value);
        if (countBefore == 0)
        {
            FromMs = ToMs = atMs;
            Min = Max = Sum = Last = value;
            AllNumbers = isNumber;
            return;
        }

        if (atMs < FromMs) FromMs = atMs;
        if (atMs >= ToMs)
        {
            ToMs = atMs;
            Last = value;
        }

        if (value < Min) Min = value;
        if (value > Max) Max = value;
        Sum += value;
        AllNumbers &= isNumber;
    }
}
