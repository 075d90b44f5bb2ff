namespace Hub.Simulators.Communities;

/// <summary>Where things stand in one estate: fifteen slots, most with a building, lanes between them, gates in the wall.</summary>
/// <remarks>Half the estates run east-west in five rows of three, half north-south in three rows of five.</remarks>
internal sealed class EstatePlan
{
    public const double Width = 190;
    public const double Height = 182;
    public const int StairwellsPerBuilding = 4;
    private const double Street = 26;
    private const double Length = 52;
    private const double Depth = 9;
    private readonly bool upright;
    private readonly int columns;
    private readonly double left;
    private readonly double bottom;

    public EstatePlan(int index)
    {
        Index = index;
        upright = index is 2 or 5;
        columns = upright ? 5 : 3;
        left = (index % 4) * (Width + Street);
        bottom = index < 4 ? Height + Street : 0;
        Buildings = index is 0 or 1 or 4 or 6 ? 14 : 13;
        Sheds = index is 0 or 1 or 4 or 6 ? 5 : 4;
        Ground = new Rect(left, bottom, Width, Height);
        var free = Buildings == 14 ? new[] { 7 } : [7, upright ? 4 : 11];
        FreeSlots = free;
        BuildingSlots = [.. Enumerable.Range(0, 15).Except(free)];
    }

    /// <summary>0 to 7.</summary>
    public int Index { get; }

    /// <summary>How many buildings stand here: 13 or 14, 108 in all.</summary>
    public int Buildings { get; }

    /// <summary>How many e-bike sheds: 4 or 5, 36 in all.</summary>
    public int Sheds { get; }

    /// <summary>The walled ground.</summary>
    public Rect Ground { get; }

    /// <summary>Slots with a building, in order.</summary>
    public IReadOnlyList<int> BuildingSlots { get; }

    /// <summary>Slots left open as a yard.</summary>
    public IReadOnlyList<int> FreeSlots { get; }

    /// <summary>The piece of ground of a slot; the fifteen tile the estate.</summary>
    public Rect Slot(int slot)
    {
        var rows = 15 / columns;
        var w = Width / columns;
        var h = Height / rows;
        return new Rect(left + (w * (slot % columns)), bottom + (h * (slot / columns)), w, h);
    }

    /// <summary>Footprint of the building in a slot.</summary>
    public Rect Building(int slot)
    {
        var s = Slot(slot);
        return upright ? Rect.Around(s.X + (s.Width * 0.42), s.CentreY, Depth, Length) : Rect.Around(s.CentreX, s.Y + (s.Height * 0.42), Length, Depth);
    }

    /// <summary>Footprint of shed 0 to 4, beside a building.</summary>
    public Rect Shed(int shed)
    {
        var s = Slot(BuildingSlots[(1 + (shed * 3)) % BuildingSlots.Count]);
        return upright ? Rect.Around(s.X + (s.Width * 0.76), s.CentreY - 12, 5, 18) : Rect.Around(s.CentreX - 14, s.Y + (s.Height * 0.80), 18, 5);
    }

    /// <summary>Footprint of parking strip 0 to 2.</summary>
    public Rect Parking(int strip)
    {
        var s = Slot(BuildingSlots[strip switch { 0 => 0, 1 => 5, _ => 11 }]);
        return upright ? Rect.Around(s.X + (s.Width * 0.78), s.CentreY + 8, 5.2, 34) : Rect.Around(s.CentreX + 6, s.Y + (s.Height * 0.82), 34, 5.2);
    }

    /// <summary>Fire lane 0 to 5: four along the long side of the slots, then south and north.</summary>
    public Rect Lane(int lane)
    {
        double[] lines = upright ? [0.2, 0.4, 0.6, 0.8] : [0.0, 1 / 3.0, 2 / 3.0, 1.0];
        if (lane >= 4) return Rect.Around(Ground.CentreX, lane == 4 ? bottom + 2.3 : bottom + Height - 2.3, Width - 8, 3.6);
        var x = Math.Clamp(left + (Width * lines[lane]), left + 2.6, left + Width - 2.6);
        return Rect.Around(x, Ground.CentreY, 4, Height - 8);
    }

    /// <summary>Gate 0 in the south wall, gate 1 in the north wall, each at the end of a lane.</summary>
    public Rect Gate(int gate) => Rect.Around(Lane(gate + 1).CentreX, gate == 0 ? bottom : bottom + Height, 7, 2);

    /// <summary>Shop 0 to 5, outside the south wall.</summary>
    public Rect Shop(int shop) => new(left + 12 + (shop * 29), bottom - 7, 14, 6);
}
