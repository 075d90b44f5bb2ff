using System.Globalization;

namespace Hub.Dashboard.Api;

/// <summary>Cursors come back from outside: one that the store cannot read is the caller's mistake.</summary>
internal static class Cursor
{
    public static async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (FormatException e)
        {
            throw ApiProblem.Bad("cursor", e.Message, "the next of the page before, unchanged");
        }
    }

    /// <summary>A cursor that is a number.</summary>
    public static long Number(this Params p, string name = "cursor")
    {
        var text = p.Text(name);
        if (text is null) return 0;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        p.Fault(name, text, "the next of the page before, unchanged");
        return 0;
    }
}
