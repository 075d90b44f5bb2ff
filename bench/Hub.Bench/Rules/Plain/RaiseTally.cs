namespace Hub.Bench.Rules.Plain;

/// <summary>What an engine raised: how many, and a sum that differs when a rule, a device or a time does.</summary>
internal sealed class RaiseTally
{
    public long Count { get; private set; }

    public uint Digest { get; private set; }

    public void Add(int rule, int device, long atMs)
    {
        Count++;
        Digest = unchecked(Digest + PlainReadings.Digest(rule, device, atMs));
    }
}
