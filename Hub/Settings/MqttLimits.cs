using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Hub.Mqtt;

namespace Hub.Settings;

/// <summary>Reads <c>Hub:Mqtt:Limits:*</c>: each property of <see cref="MqttOptions"/> that carries a range is a key of that name.</summary>
internal static class MqttLimits
{
    public static MqttOptions Read(SettingsReader read)
    {
        var options = new MqttOptions();
        foreach (var property in typeof(MqttOptions).GetProperties())
        {
            if (property.GetCustomAttribute<RangeAttribute>() is not { } range) continue;
            var fallback = Convert.ToInt64(property.GetValue(options), CultureInfo.InvariantCulture);
            var value = read.Long(
                $"Hub:Mqtt:Limits:{property.Name}",
                fallback,
                Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture),
                Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture));
            property.SetValue(options, Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        }

        foreach (var filter in read.Words("Hub:Mqtt:DenySubscribe")) options.DenySubscribe.Add(filter);
        return options;
    }
}
