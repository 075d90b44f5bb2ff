namespace Hub.Core.Places;

/// <summary>Makes a name for people out of a path, for places nobody named: <c>estate-3/building-07</c> is "3 小区 07 栋".</summary>
public static class PlaceNames
{
    /// <summary>The place of a path, with kind and name read from the path.</summary>
    public static Place FromPath(string path)
    {
        if (path.Length == 0) return Place.Unknown;
        var zh = new List<string>();
        var en = new List<string>();
        var segments = path.Split('/');
        for (var i = segments.Length > 1 ? 1 : 0; i < segments.Length; i++)
        {
            var dash = segments[i].IndexOf('-', StringComparison.Ordinal);
            var number = dash < 0 ? segments[i] : segments[i][(dash + 1)..];
            var text = Name(Place.KindOf(segments[i]), number);
            zh.Add(text.Zh);
            en.Add(text.En);
        }

        en.Reverse();
        return new Place(path, Place.KindOf(path), new LocalText(string.Concat(zh), string.Join(", ", en)));
    }

    private static LocalText Name(PlaceKind kind, string number) => kind switch
    {
        PlaceKind.Estate => new($"{number}号小区", $"Estate {number}"),
        PlaceKind.Building => new($"{number}栋", $"Building {number}"),
        PlaceKind.Stairwell => new($"{number}单元", $"Stairwell {number}"),
        PlaceKind.Flat => new($"{number}室", $"Flat {number}"),
        PlaceKind.Shed => new($"{number}号车棚", $"Shed {number}"),
        PlaceKind.Bay => new($"{number}号位", $"Bay {number}"),
        PlaceKind.Lift => new($"{number}号梯", $"Lift {number}"),
        PlaceKind.Lane => new($"{number}号消防通道", $"Fire lane {number}"),
        PlaceKind.Gate => new($"{number}号门", $"Gate {number}"),
        PlaceKind.Shop => new($"{number}号商铺", $"Shop {number}"),
        PlaceKind.Parking => new($"{number}号停车区", $"Parking {number}"),
        PlaceKind.Yard => new($"{number}号公共区域", $"Yard {number}"),
        _ => new(number, number),
    };
}
