namespace Hub.Core.Places;

/// <summary>What kind of ground a place is. The word before the dash of a path segment, in lower case, is the kind.</summary>
public enum PlaceKind
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>A walled housing compound (小区).</summary>
    Estate = 1,

    /// <summary>A building (楼栋).</summary>
    Building = 2,

    /// <summary>Entrance and stairs of a building part (单元 / 楼道).</summary>
    Stairwell = 3,

    /// <summary>A flat (户).</summary>
    Flat = 4,

    /// <summary>An e-bike shed (车棚).</summary>
    Shed = 5,

    /// <summary>One bay with a charger port (车位 / 端口).</summary>
    Bay = 6,

    /// <summary>A lift (电梯).</summary>
    Lift = 7,

    /// <summary>A fire lane (消防通道).</summary>
    Lane = 8,

    /// <summary>An estate gate (门岗).</summary>
    Gate = 9,

    /// <summary>A shop or other premises (商铺).</summary>
    Shop = 10,

    /// <summary>A car park or parking strip (停车区).</summary>
    Parking = 11,

    /// <summary>Open ground of the estate (公共区域).</summary>
    Yard = 12,
}
