using System.Globalization;
using System.Text;
using Hub.Adapters.Influx;

namespace Hub.Adapters.Readings.Import;

/// <summary>Line protocol: <c>measurement,device=ID field=1.5,other="text" 1763780000000000000</c>. The tag <c>device</c> names the device, fields are channels.</summary>
internal sealed class LineProtocolFormat : IImportFormat
{
    public bool TryParse(string line, ImportRow row, out string? reason)
    {
        var at = 0;
        ReadName(line, ref at, ", ");
        while (At(line, at) == ',')
        {
            at++;
            var key = ReadName(line, ref at, "=, ");
            if (At(line, at) != '=') return Fail($"the tag '{key}' has no value", out reason);
            at++;
            var value = ReadName(line, ref at, ", ");
            if (key == InfluxLayout.DeviceTag) row.Device = value;
        }

        if (row.Device.Length == 0) return Fail("the tag 'device' is missing", out reason);
        if (At(line, at) != ' ') return Fail("there are no fields", out reason);
        at++;
        if (!TryReadFields(line, ref at, row, out reason)) return false;
        var time = line[Math.Min(at + 1, line.Length)..].Trim();
        if (!ImportTimes.TryParse(time, out var atMs)) return Fail(time.Length == 0 ? "the time is missing" : $"found the time '{time}', expected a whole number since 1970", out reason);
        row.AtMs = atMs;
        return true;
    }

    private static bool TryReadFields(string line, ref int at, ImportRow row, out string? reason)
    {
        reason = null;
        while (true)
        {
            var key = ReadName(line, ref at, "=, ");
            if (key.Length == 0 || At(line, at) != '=') return Fail($"the field '{key}' has no value", out reason);
            at++;
            if (FieldKeys.IsFlag(key)) continue; // a mark of the hub's own
            var channel = FieldKeys.ChannelOf(key, out _);
            if (At(line, at) == '"')
            {
                if (ReadText(line, ref at) is not { } text) return Fail($"the text of '{key}' does not end", out reason);
                row.Values.Add((channel, double.NaN, text));
            }
            else
            {
                var raw = ReadName(line, ref at, ", ");
                if (ToNumber(raw) is not { } number) return Fail($"the field '{key}' has the value '{raw}', expected a number, true, false or a text in quotes", out reason);
                row.Values.Add((channel, number, null));
            }

            if (At(line, at) != ',') return true;
            at++;
        }
    }

    private static double? ToNumber(string raw)
    {
        if (raw is "t" or "T" or "true" or "True" or "TRUE") return 1;
        if (raw is "f" or "F" or "false" or "False" or "FALSE") return 0;
        if (raw.Length > 1 && raw[^1] is 'i' or 'u') raw = raw[..^1];
        return double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    private static string ReadName(string line, ref int at, string ends)
    {
        var name = new StringBuilder();
        for (; at < line.Length && !ends.Contains(line[at], StringComparison.Ordinal); at++)
        {
            if (line[at] == '\\' && at + 1 < line.Length && line[at + 1] is ',' or '=' or ' ') at++;
            name.Append(line[at]);
        }

        return name.ToString();
    }

    private static string? ReadText(string line, ref int at)
    {
        var text = new StringBuilder();
        for (at++; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                at++;
                return text.ToString();
            }

            if (line[at] == '\\' && at + 1 < line.Length && line[at + 1] is '"' or '\\') at++;
            text.Append(line[at]);
        }

        return null;
    }

    private static char At(string line, int at) => at < line.Length ? line[at] : '\0';

    private static bool Fail(string why, out string? reason)
    {
        reason = why;
        return false;
    }
}
