namespace Hub.Core;

/// <summary>One measured quantity of a device, by the name it has on the wire (<c>port_temp</c>).</summary>
/// <remarks>Interned by <see cref="ChannelTable"/>: compare by reference.</remarks>
public sealed class Channel
{
    internal Channel(int index, string name, string unit, double min, double max, LocalText title)
    {
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

    /// <summary>Least physically possible value in <see cref="Unit"/>; a reading below it is marked suspect.</summary>
    public double Min { get; }

    /// <summary>Greatest physically possible value in <see cref="Unit"/>; a reading above it is marked suspect.</summary>
    public double Max { get; }

    /// <summary>Name for people.</summary>
    public LocalText Title { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
