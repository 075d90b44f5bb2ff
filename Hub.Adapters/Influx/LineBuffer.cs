using System.Buffers.Text;
using System.Text;
using Hub.Core;
using Hub.Core.Readings;
using Hub.Adapters.Readings;

namespace Hub.Adapters.Influx;

/// <summary>Observations as line protocol, one line an observation; knows where each line begins, because a text may hold a line break.</summary>
internal sealed class LineBuffer
{
    private readonly Dictionary<Channel, (byte[] Number, byte[] Text)> keys = [];
    private readonly Dictionary<Channel, byte[]> flagKeys = [];
    private byte[] buffer = new byte[64 << 10];
    private int[] starts = new int[1024];
    private int length;

    /// <summary>Lines in the buffer.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes in the buffer.</summary>
    public int Length => length;

    /// <summary>Numbers left out because InfluxDB has no form for them (NaN, infinity, a time beyond its range).</summary>
    public long Unwritable { get; private set; }

    /// <summary>The lines from one index to before another, each with its line feed.</summary>
    public ReadOnlyMemory<byte> Lines(int from, int to) => buffer.AsMemory(StartOf(from)..StartOf(to));

    /// <summary>Bytes of the lines from one index to before another.</summary>
    public int LengthOf(int from, int to) => StartOf(to) - StartOf(from);

    public void Clear() => Count = length = 0;

    /// <summary>Adds the readings of an observation: one line, or several when a channel comes twice.</summary>
    public void Add(Observation observation)
    {
        var readings = observation.Readings;
        if (observation.AtMs is < InfluxLayout.LeastMs or > InfluxLayout.GreatestMs)
        {
            Unwritable += readings.Length;
            return;
        }

        var nanoseconds = observation.AtMs * 1_000_000 + InfluxLayout.KeyOf(observation);
        for (var from = 0; from < readings.Length;)
        {
            var to = from + 1;
            while (to < readings.Length && !Holds(readings[from..to], readings[to].Channel)) to++;
            AddLine(observation.Device.Id, readings[from..to], FlagsOf.All(observation), nanoseconds + from);
            from = to;
        }
    }

    private static bool Holds(ReadOnlySpan<Reading> readings, Channel channel)
    {
        foreach (ref readonly var reading in readings)
            if (ReferenceEquals(reading.Channel, channel)) return true;
        return false;
    }

    private void AddLine(string device, ReadOnlySpan<Reading> readings, ReadingFlags all, long nanoseconds)
    {
        var start = length;
        Write("readings,device="u8);
        WriteTag(device);
        var fields = 0;
        foreach (ref readonly var reading in readings)
        {
            if (reading.Text is null && !double.IsFinite(reading.Value))
            {
                Unwritable++;
                continue;
            }

            WriteByte(fields++ == 0 ? (byte)' ' : (byte)',');
            WriteField(reading);
            if (FlagsOf.One(all, reading) is var flags and not 0) WriteFlags(reading.Channel, flags);
        }

        if (fields == 0)
        {
            length = start;
            return;
        }

        WriteByte((byte)' ');
        Ensure(24);
        Utf8Formatter.TryFormat(nanoseconds, buffer.AsSpan(length), out var written);
        length += written;
        WriteByte((byte)'\n');
        if (Count == starts.Length) Array.Resize(ref starts, Count * 2);
        starts[Count++] = start;
    }

    private void WriteField(in Reading reading)
    {
        if (!keys.TryGetValue(reading.Channel, out var key))
        {
            var name = FieldKeys.Of(reading.Channel.Name);
            keys[reading.Channel] = key = (Encoding.UTF8.GetBytes(name + "="), Encoding.UTF8.GetBytes(name + FieldKeys.TextSuffix + "="));
        }

        if (reading.Text is not null)
        {
            Write(key.Text);
            WriteText(StoredText.Cut(reading.Text)!);
            return;
        }

        Write(key.Number);
        Ensure(32);
        Utf8Formatter.TryFormat(reading.Value, buffer.AsSpan(length), out var written);
        length += written;
    }

    private void WriteFlags(Channel channel, ReadingFlags flags)
    {
        if (!flagKeys.TryGetValue(channel, out var key)) flagKeys[channel] = key = Encoding.UTF8.GetBytes("," + FieldKeys.Of(channel.Name));
        for (var i = 0; i < FieldKeys.FlagSuffixes.Length; i++)
        {
            if (((int)flags & (1 << i)) == 0) continue;
            Write(key);
            foreach (var c in FieldKeys.FlagSuffixes[i]) WriteByte((byte)c);
            Write("=1i"u8);
        }
    }

    private void WriteText(string text)
    {
        WriteByte((byte)'"');
        Ensure(text.Length * 3);
        var from = length;
        length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(length));
        if (buffer.AsSpan(from, length - from).IndexOfAny((byte)'"', (byte)'\\') >= 0)
        {
            var plain = buffer.AsSpan(from, length - from).ToArray();
            length = from;
            foreach (var b in plain)
            {
                if (b is (byte)'"' or (byte)'\\') WriteByte((byte)'\\');
                WriteByte(b);
            }
        }

        WriteByte((byte)'"');
    }

    // Device ids need no escape; what could ever come all the same is escaped as a tag value.
    private void WriteTag(string value)
    {
        Ensure(value.Length * 6);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is ',' or '=' or ' ') buffer[length++] = (byte)'\\';
            length += rune.EncodeToUtf8(buffer.AsSpan(length));
        }
    }

    private int StartOf(int line) => line == Count ? length : starts[line];

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void WriteByte(byte value)
    {
        Ensure(1);
        buffer[length++] = value;
    }

    private void Ensure(int room)
    {
        if (length + room > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + room));
    }
}
