using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Hub.Ingest;
using Hub.Mqtt;

namespace Hub.Settings;

/// <summary>Reads options whose every property with a range is a key of that name.</summary>
internal static class MqttLimits
{
    /// <summary><c>Hub:Mqtt:Limits:*</c> and <c>Hub:Mqtt:DenySubscribe</c>.</summary>
    public static MqttOptions Read(SettingsReader read)
    {
        var options = Fill(read, "Hub:Mqtt:Limits", new MqttOptions());
        foreach (var filter in read.Words("Hub:Mqtt:DenySubscribe")) options.DenySubscribe.Add(filter);
        return options;
    }

    /// <summary><c>Hub:Mqtt:SignIn:*</c>.</summary>
    public static SignInOptions ReadSignIn(SettingsReader read) => Fill(read, "Hub:Mqtt:SignIn", new SignInOptions());

    private static T Fill<T>(SettingsReader read, string section, T options)
        where T : class
    {
        foreach (var property in typeof(T).GetProperties())
        {
            if (property.GetCustomAttribute<RangeAttribute>() is not { } range) continue;
            var fallback = Convert.ToInt64(property.GetValue(options), CultureInfo.InvariantCulture);
            var value = read.Long(
                $"{section}:{property.Name}",
                fallback,
                Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture),
                Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture));
            property.SetValue(options, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        }

        return options;
    }
}
