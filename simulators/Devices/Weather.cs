using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>The air outside: a year's and a day's wave, the same for all, so neighbours agree.</summary>
internal static class Weather
{
    /// <summary>Outdoor temperature [°C].</summary>
    public static double Outdoor(long ms)
    {
        var year = Math.Cos((LocalTime.DayOfYear(ms) - 200) * 2 * Math.PI / 365);
        var day = Math.Cos((LocalTime.HourOf(ms) - 14.5) * 2 * Math.PI / 24);
        return 17 + (11 * year) + (4 * day);
    }

    /// <summary>Temperature in sheds and stairwells [°C]: half as lively as outdoors.</summary>
    public static double Sheltered(long ms) => 18 + (0.6 * (Outdoor(ms) - 17));

    /// <summary>Share more charging in winter: 0 to 0.2.</summary>
    public static double WinterCharging(long ms) => 0.1 - (0.1 * Math.Cos((LocalTime.DayOfYear(ms) - 200) * 2 * Math.PI / 365));
}
