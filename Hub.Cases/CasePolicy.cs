using Hub.Cases.Limits;
using Hub.Cases.Routing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Hub.Cases;

/// <summary>Limits, routes and calendar: local rules of the tenant, as versioned data.</summary>
public sealed class CasePolicy
{
    private CasePolicy(WorkCalendar calendar, LimitTable limits, RoutingTable routes) => (Calendar, Limits, Routes) = (calendar, limits, routes);

    /// <summary>The policy that ships with the hub.</summary>
    public static CasePolicy Default { get; } = Load(null);

    /// <summary>Working days and hours, and the local time of the place.</summary>
    public WorkCalendar Calendar { get; }

    /// <summary>Names the data that was applied: <c>limits/routing/calendar</c> versions.</summary>
    public string Version => $"{Limits.Version}/{Routes.Version}/{Calendar.Version}";

    internal LimitTable Limits { get; }

    internal RoutingTable Routes { get; }

    /// <summary>Reads <c>limits.yaml</c>, <c>routing.yaml</c> and <c>calendar.yaml</c> from a folder; what is not there is taken from the shipped ones.</summary>
    /// <exception cref="CasePolicyException">A file cannot be read; the message names it, what was found and what was expected.</exception>
    public static CasePolicy Load(string? folder)
    {
        var calendar = new WorkCalendar(Read<CalendarFile>(folder, "calendar.yaml"));
        return new CasePolicy(calendar, new LimitTable(Read<LimitsFile>(folder, "limits.yaml"), calendar), new RoutingTable(Read<RoutingFile>(folder, "routing.yaml")));
    }

    private static T Read<T>(string? folder, string name)
    {
        var path = folder is null ? null : Path.Combine(folder, name);
        try
        {
            var yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
            using var text = path is not null && File.Exists(path) ? new StreamReader(path) : new StreamReader(Shipped(name));
            return yaml.Deserialize<T>(text) ?? throw new CasePolicyException($"{path ?? name} is empty");
        }
        catch (YamlException e)
        {
            throw new CasePolicyException($"{path ?? name}, line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CasePolicyException($"{path ?? name} cannot be read: {e.Message}", e);
        }
    }

    private static Stream Shipped(string name) =>
        typeof(CasePolicy).Assembly.GetManifestResourceStream($"Hub.Cases.Defaults.{name}") ?? throw new CasePolicyException($"{name} is missing from the program");
}

/// <summary>A file of local case rules is wrong.</summary>
public sealed class CasePolicyException(string message, Exception? inner = null) : Exception(message, inner);
