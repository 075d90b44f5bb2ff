using Hub.Core;

namespace Hub.Simulators.Scenes;

/// <summary>A scripted scene: what it shows, how long it takes, and what must be there.</summary>
public sealed class Scene
{
    internal Scene(string name, string[] types, LocalText title, double minutes, double hour, string[] needs, Action<Cast> play)
    {
        Name = name;
        Types = types;
        Title = title;
        Length = TimeSpan.FromMinutes(minutes);
        Hour = hour;
        Needs = needs;
        Play = play;
    }

    /// <summary>Name on the command line.</summary>
    public string Name { get; }

    /// <summary>English ids of the anomaly types it leads to.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>What happens.</summary>
    public LocalText Title { get; }

    /// <summary>From its beginning until the last case is due.</summary>
    public TimeSpan Length { get; }

    /// <summary>Local hour at which it belongs; NaN: any.</summary>
    public double Hour { get; }

    /// <summary>Device kinds it cannot do without.</summary>
    public IReadOnlyList<string> Needs { get; }

    internal Action<Cast> Play { get; }
}
