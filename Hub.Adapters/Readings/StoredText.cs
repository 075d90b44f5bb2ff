namespace Hub.Adapters.Readings;

/// <summary>What both stores keep of a text reading.</summary>
internal static class StoredText
{
    /// <summary>Longest text kept, in UTF-16 units; states are words, and a device must not fill the disk with prose.</summary>
    public const int MostChars = 256;

    /// <summary>The text, cut when it is too long.</summary>
    public static string? Cut(string? text) => text is null || text.Length <= MostChars ? text : text[..MostChars];
}
