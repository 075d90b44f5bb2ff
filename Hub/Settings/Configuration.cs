using Microsoft.Extensions.Configuration;

namespace Hub.Settings;

/// <summary>Gathers settings in the usual order: built-in, <c>hub.json</c>, environment (<c>Hub__Section__Key</c>), command line (<c>--Hub:Section:Key value</c>).</summary>
internal static class Configuration
{
    /// <param name="overrides">Command-line settings, key to value; they win.</param>
    /// <param name="defaults">What this verb sets unless somebody says otherwise.</param>
    public static IConfiguration Load(IReadOnlyDictionary<string, string?> overrides, IReadOnlyDictionary<string, string?>? defaults = null)
    {
        var outer = new ConfigurationBuilder().AddInMemoryCollection(defaults).AddEnvironmentVariables().AddInMemoryCollection(overrides).Build();
        var dataDir = Path.GetFullPath(outer["Hub:DataDir"] ?? "data");
        var builder = new ConfigurationBuilder().AddInMemoryCollection(defaults);
        // "Beside the data": next to the folder or in it; the inner one wins, so that a copied data folder brings its settings along.
        foreach (var file in new[] { Path.Combine(Path.GetDirectoryName(dataDir) ?? dataDir, "hub.json"), Path.Combine(dataDir, "hub.json") })
            AddFile(builder, file);
        return builder.AddEnvironmentVariables().AddInMemoryCollection(overrides).Build();
    }

    /// <summary>Splits <c>--Hub:Key=value</c> and <c>--Hub:Key value</c> from the other words of a command line.</summary>
    public static (string[] Words, Dictionary<string, string?> Settings) Split(string[] args)
    {
        var words = new List<string>();
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < args.Length; i++)
        {
            var word = args[i].TrimStart('-', '/');
            if (!word.StartsWith("Hub:", StringComparison.OrdinalIgnoreCase) && !word.StartsWith("Serilog:", StringComparison.OrdinalIgnoreCase))
            {
                words.Add(args[i]);
                continue;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0) settings[word[..equals]] = word[(equals + 1)..];
            else if (i + 1 < args.Length) settings[word] = args[++i];
            else throw new SettingsException([$"{word}: found no value, expected --{word} VALUE"]);
        }

        return ([.. words], settings);
    }

    private static void AddFile(IConfigurationBuilder builder, string file)
    {
        try
        {
            builder.AddJsonFile(file, optional: true, reloadOnChange: false);
            _ = new ConfigurationBuilder().AddJsonFile(file, optional: true, reloadOnChange: false).Build();
        }
        catch (InvalidDataException e)
        {
            throw new SettingsException([$"{file}: found text that is not JSON ({e.InnerException?.Message ?? e.Message}), expected an object such as {{\"Hub\": {{\"Http\": {{\"Port\": 8080}}}}}}"]);
        }
    }
}
