using Hub.Core;

namespace Hub.Simulators.Communities;

/// <summary>Names of the reference community, all invented but the one of the whole.</summary>
internal static class Names
{
    public static readonly LocalText Area = new("乐山片区", "Leshan Quarter");

    public static readonly LocalText[] Communities =
    [
        new("青禾社区", "Qinghe Community"), new("竹溪社区", "Zhuxi Community"), new("柳岸社区", "Liu'an Community"),
        new("杏雨社区", "Xingyu Community"), new("鹭洲社区", "Luzhou Community"),
    ];

    public static readonly LocalText[] Estates =
    [
        new("桂影苑", "Guiying Court"), new("槐荫里", "Huaiyin Lane"), new("听雨新村", "Tingyu Village"), new("望梅坊", "Wangmei Close"),
        new("石榴园", "Shiliu Gardens"), new("松涧公寓", "Songjian Terrace"), new("菱湖小区", "Linghu Estate"), new("芦汀家园", "Luting Homes"),
    ];

    /// <summary>Which of the five communities an estate (0 to 7) belongs to.</summary>
    public static int CommunityOf(int estate) => estate switch { < 2 => 0, < 4 => 1, < 6 => 2, 6 => 3, _ => 4 };
}
