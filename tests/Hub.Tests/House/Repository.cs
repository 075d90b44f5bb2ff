using System.Runtime.CompilerServices;

namespace Hub.Tests.House;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The shipped rules.</summary>
    public static string Rules { get; } = Path.Combine(Root, "rules");

    private static string Find([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Hub.sln"))) return folder;
        throw new DirectoryNotFoundException($"no Hub.sln above {here}");
    }
}
