using Hub.Journal;

namespace Hub.SimulationTests;

/// <summary>
/// A disk in memory that fails on purpose, driven by one seed.
/// </summary>
/// <remarks>
/// Fault model.
/// What is written but not flushed lies in a cache of 512-byte sectors. A crash keeps of each dirty sector, independently, all, nothing or
/// a prefix: writes may be torn, lost and reordered. What was flushed stays. Names of files survive once created or deleted.
/// A failed write leaves a prefix of it in the cache. A failed flush leaves any part of the dirty sectors on the disk and, as a kernel
/// does, forgets that the others were dirty: flushing again says success for data that are not there.
/// Creating a file takes room; when there is not enough, it fails and leaves nothing. A bit may flip in what was flushed.
/// Not modelled: a flush that lies, writes that land in another place, a file that vanishes.
/// </remarks>
internal sealed class SimulatedDisk(Random random, long capacity) : IDisk
{
    private const int Sector = 512;
    private readonly Dictionary<string, Content> _files = new(StringComparer.Ordinal);

    /// <summary>Chance that a write fails.</summary>
    public double WriteFaults { get; set; }

    /// <summary>Chance that a flush fails.</summary>
    public double FlushFaults { get; set; }

    /// <summary>Bytes other programs have taken.</summary>
    public long TakenByOthers { get; set; }

    /// <summary>Called in the middle of a flush: what happens while the disk is slow.</summary>
    public Action? WhileFlushing { get; set; }

    public long FreeBytes => capacity - TakenByOthers - _files.Values.Sum(f => (long)f.Cache.Length);

    public int FlushCount { get; private set; }

    public IReadOnlyList<string> List() => [.. _files.Keys];

    public IDiskFile Create(string name, long bytes)
    {
        if (FreeBytes < bytes) throw new IOException("simulated: no space left on device");
        if (random.NextDouble() < WriteFaults) throw new IOException("simulated: create failed");
        _files[name] = new Content(bytes);
        return new Handle(this, _files[name]);
    }

    public IDiskFile Open(string name) => new Handle(this, _files.TryGetValue(name, out var content) ? content : throw new FileNotFoundException(name));

    public void Delete(string name) => _files.Remove(name);

    public void Dispose()
    {
    }

    /// <summary>The power goes: the cache is lost, but for what had happened to reach the disk.</summary>
    public void Crash()
    {
        foreach (var file in _files.Values) file.Crash(random);
        WriteFaults = FlushFaults = 0;
        WhileFlushing = null;
    }

    /// <summary>Flips one bit in a file, below a length, in what is durable.</summary>
    public void FlipBit(string name, long at) => _files[name].Flip(at, (byte)(1 << random.Next(8)));

    private void Write(Content file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (random.NextDouble() < WriteFaults)
        {
            file.Write(bytes[..random.Next(bytes.Length)], offset);
            throw new IOException("simulated: write failed");
        }

        file.Write(bytes, offset);
    }

    private void Flush(Content file)
    {
        WhileFlushing?.Invoke();
        FlushCount++;
        if (random.NextDouble() < FlushFaults)
        {
            file.FlushPartly(random);
            throw new IOException("simulated: flush failed");
        }

        file.Flush();
    }

    private sealed class Handle(SimulatedDisk disk, Content file) : IDiskFile
    {
        public long Length => file.Cache.Length;

        public void Write(ReadOnlySpan<byte> bytes, long offset) => disk.Write(file, bytes, offset);

        public void Flush() => disk.Flush(file);

        public int Read(Span<byte> buffer, long offset)
        {
            if (offset >= file.Cache.Length) return 0;
            var count = (int)Math.Min(buffer.Length, file.Cache.Length - offset);
            file.Cache.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        }

        public void Truncate(long bytes) => file.Truncate(bytes);

        public void Dispose()
        {
        }
    }

    private sealed class Content(long bytes)
    {
        private readonly SortedSet<int> _dirty = [];
        private byte[] _durable = new byte[bytes];

        public byte[] Cache { get; private set; } = new byte[bytes];

        public void Write(ReadOnlySpan<byte> written, long offset)
        {
            if (offset + written.Length > Cache.Length) throw new IOException("simulated: write behind the reserved room");
            written.CopyTo(Cache.AsSpan((int)offset));
            if (written.IsEmpty) return;
            for (var s = (int)(offset / Sector); s <= (offset + written.Length - 1) / Sector; s++) _dirty.Add(s);
        }

        public void Flush()
        {
            foreach (var s in _dirty) Keep(s, Sector);
            _dirty.Clear();
        }

        public void FlushPartly(Random random)
        {
            foreach (var s in _dirty.Where(_ => random.Next(2) == 0).ToList()) Keep(s, Sector);
            _dirty.Clear();
        }

        public void Crash(Random random)
        {
            foreach (var s in _dirty)
            {
                var fate = random.Next(3);
                if (fate == 0) Keep(s, Sector);
                else if (fate == 1) Keep(s, random.Next(Sector));
            }

            _dirty.Clear();
            Cache = [.. _durable];
        }

        public void Truncate(long length)
        {
            Flush();
            Cache = Cache[..(int)Math.Min(length, Cache.Length)];
            _durable = _durable[..Cache.Length];
        }

        public void Flip(long at, byte bit)
        {
            Cache[at] ^= bit;
            _durable[at] ^= bit;
        }

        private void Keep(int sector, int count)
        {
            var at = sector * Sector;
            count = Math.Min(count, Cache.Length - at);
            if (count > 0) Cache.AsSpan(at, count).CopyTo(_durable.AsSpan(at));
        }
    }
}
