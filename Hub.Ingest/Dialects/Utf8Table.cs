using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Hub.Ingest;

/// <summary>Values by UTF-8 name: looks bytes up without making a string of them. One thread at a time; never grows beyond its limit.</summary>
internal sealed class Utf8Table<T>(int most) where T : class
{
    private Entry[] _entries = new Entry[64];
    private int _count;

    /// <summary>The value of a name, or null.</summary>
    public T? Find(ReadOnlySpan<byte> name)
    {
        var hash = Hash(name);
        for (var i = (int)(hash & (uint)(_entries.Length - 1)); _entries[i].Name is { } known; i = (i + 1) & (_entries.Length - 1))
        {
            if (_entries[i].Hash == hash && name.SequenceEqual(known)) return _entries[i].Value;
        }

        return null;
    }

    /// <summary>Remembers a value under a name that is not there yet; forgets to when the table is full.</summary>
    public void Add(ReadOnlySpan<byte> name, T value)
    {
        if (_count >= most) return;
        if ((_count + 1) * 2 > _entries.Length) Grow();
        Place(new Entry(name.ToArray(), Hash(name), value));
        _count++;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[old.Length * 2];
        foreach (var entry in old)
        {
            if (entry.Name is not null) Place(entry);
        }
    }

    private void Place(in Entry entry)
    {
        var i = (int)(entry.Hash & (uint)(_entries.Length - 1));
        while (_entries[i].Name is not null) i = (i + 1) & (_entries.Length - 1);
        _entries[i] = entry;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        var hash = (uint)name.Length;
        while (name.Length >= sizeof(ulong))
        {
            hash = BitOperations.Crc32C(hash, BinaryPrimitives.ReadUInt64LittleEndian(name));
            name = name[sizeof(ulong)..];
        }

        foreach (var b in name) hash = BitOperations.Crc32C(hash, b);
        return hash;
    }

    private readonly record struct Entry(byte[]? Name, uint Hash, T Value);
}

/// <summary>Short texts from devices as strings, each made once.</summary>
internal sealed class LabelTable
{
    private const int Most = 65_536;
    private readonly Utf8Table<string> _labels = new(Most);

    /// <summary>The string of the bytes.</summary>
    public string Get(ReadOnlySpan<byte> label)
    {
        if (_labels.Find(label) is { } known) return known;
        var text = Encoding.UTF8.GetString(label);
        _labels.Add(label, text);
        return text;
    }
}
