using System.Buffers.Text;
using System.Text;

namespace Hub.Simulators.Engine;

/// <summary>Writes one message body of the hub's own dialect. One per simulation, reused.</summary>
/// <remarks>Order of calls: <see cref="Begin"/>, event fields, values (any number), battery, <see cref="Finish"/>. Texts are our own and need no escaping.</remarks>
internal sealed class PayloadWriter
{
    private byte[] buffer = new byte[512];
    private int length;
    private bool inValues;

    public PayloadWriter Begin(long tsMs, long sequence)
    {
        Begin(tsMs);
        Raw(",\"seq\":");
        Number(sequence);
        return this;
    }

    /// <summary>Begins a body without a running number.</summary>
    public PayloadWriter Begin(long tsMs)
    {
        length = 0;
        inValues = false;
        Raw("{\"ts\":");
        Number(tsMs);
        return this;
    }

    /// <summary>A member beside the values: event type, zone, track.</summary>
    public PayloadWriter Member(string name, string? text)
    {
        if (text is null) return this;
        Raw(",\"");
        Raw(name);
        Raw("\":\"");
        Raw(text);
        Raw("\"");
        return this;
    }

    public PayloadWriter Member(string name, double number, int decimals)
    {
        Raw(",\"");
        Raw(name);
        Raw("\":");
        Number(number, decimals);
        return this;
    }

    public PayloadWriter Flag(string name, bool flag)
    {
        Raw(",\"");
        Raw(name);
        Raw(flag ? "\":true" : "\":false");
        return this;
    }

    /// <summary>Facts about the device; none writes nothing.</summary>
    public PayloadWriter Attributes(IReadOnlyDictionary<string, string>? facts)
    {
        if (facts is not { Count: > 0 }) return this;
        Raw(",\"attributes\":{");
        var first = true;
        foreach (var (name, value) in facts)
        {
            Raw(first ? "\"" : ",\"");
            first = false;
            Raw(name);
            Raw("\":\"");
            Raw(value);
            Raw("\"");
        }

        Raw("}");
        return this;
    }

    public PayloadWriter Value(string name, double number, int decimals = 0)
    {
        Key(name);
        Number(number, decimals);
        return this;
    }

    public PayloadWriter Value(string name, string text)
    {
        Key(name);
        Raw("\"");
        Raw(text);
        Raw("\"");
        return this;
    }

    public PayloadWriter Battery(int percent)
    {
        CloseValues();
        Raw(",\"state\":{\"battery\":");
        Number(percent);
        Raw("}");
        return this;
    }

    public byte[] Finish()
    {
        CloseValues();
        Raw(",\"sim\":true}");
        return buffer.AsSpan(0, length).ToArray();
    }

    private void Key(string name)
    {
        Raw(inValues ? ",\"" : ",\"values\":{\"");
        inValues = true;
        Raw(name);
        Raw("\":");
    }

    private void CloseValues()
    {
        if (inValues) Raw("}");
        inValues = false;
    }

    private void Raw(string text)
    {
        Room(text.Length * 3);
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
    }

    private void Number(long value)
    {
        Room(24);
        Utf8Formatter.TryFormat(value, buffer.AsSpan(length), out var written);
        length += written;
    }

    private void Number(double value, int decimals)
    {
        Room(32);
        value.TryFormat(buffer.AsSpan(length), out var written, decimals switch { 0 => "F0", 1 => "F1", 2 => "F2", 3 => "F3", 7 => "F7", _ => "F4" }, System.Globalization.CultureInfo.InvariantCulture);
        length += written;
    }

    private void Room(int bytes)
    {
        if (buffer.Length - length < bytes) Array.Resize(ref buffer, (buffer.Length * 2) + bytes);
    }
}
