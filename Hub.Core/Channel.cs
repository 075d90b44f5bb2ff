namespace Hub.Core;

/// <summary>One measured quantity of a device, by the name it has on the wire (<c>port_temp</c>).</summary>
/// <remarks>Interned by <see cref="ChannelTable"/>: compare by reference.</remarks>
public sealed class Channel
{
    private readonly double[] faultCodes;

    internal Channel(int index, string name, string unit, double min, double max, LocalText title, double[]? faultCodes = null)
    {
        this.faultCodes = faultCodes ?? [];
        Index = index;
        Name = name;
        Unit = unit;
        Min = min;
        Max = max;
        Title = title;
    }

    /// <summary>Dense number within this process; never written to disk.</summary>
    public int Index { get; }

    /// <summary>Name on the wire, in the API and in rules.</summary>
    public string Name { get; }

    /// <summary>Unit in UCUM-like spelling (<c>W</c>, <c>°C</c>, <c>%</c>); empty when the quantity has none or is not known.</summary>
    public string Unit { get; }

    /// <summary>Least value in <see cref="Unit"/> that a working sensor can tell; a reading below it is marked suspect.</summary>
    public double Min { get; }

    /// <summary>Greatest value in <see cref="Unit"/> that a working sensor can tell <b>in the worst event it watches for</b>, not its rated range; a reading above it is marked suspect.</summary>
    public double Max { get; }

    /// <summary>Name for people.</summary>
    public LocalText Title { get; }

    /// <summary>Whether a value tells of a broken sensor and not of the world: beyond what can be, or a number that sensors send for "no reading".</summary>
    public bool IsSuspect(double value) => value < Min || value > Max || (faultCodes.Length > 0 && value >= faultCodes[0] && Array.IndexOf(faultCodes, value) >= 0);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
