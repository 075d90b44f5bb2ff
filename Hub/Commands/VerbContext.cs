using Hub.Settings;
using Microsoft.Extensions.Configuration;

namespace Hub.Commands;

/// <summary>What every verb is given: settings from the command line, and the real clock.</summary>
internal sealed record VerbContext(IReadOnlyDictionary<string, string?> Overrides, TimeProvider Real)
{
    public IConfiguration Configuration(IReadOnlyDictionary<string, string?>? defaults = null) => Hub.Settings.Configuration.Load(Overrides, defaults);

    public HubSettings Settings(IReadOnlyDictionary<string, string?>? defaults = null) => HubSettings.Read(Configuration(defaults));
}
