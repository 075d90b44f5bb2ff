using Hub.Core.Devices;
using Hub.Core.Readings;

namespace Hub.Adapters.Readings.Import;

/// <summary>Lines of an import on their way into one commit.</summary>
internal sealed class ImportBatch
{
    private readonly List<Line> lines = [];
    private readonly List<Reading> readings = [];
    private readonly List<bool> known = [];

    /// <summary>One line: its device, its time and which readings of the batch are its own.</summary>
    public readonly record struct Line(Device Device, long AtMs, int From, int Count)
    {
        /// <summary>A number made of what the line says, so that the same line gets the same message key in any file.</summary>
        public long Key(ImportBatch batch)
        {
            var hash = 14_695_981_039_346_656_037UL; // FNV-1a, 64 bits
            for (var i = From; i < From + Count; i++)
            {
                var reading = batch[i];
                foreach (var c in reading.Channel.Name) hash = (hash ^ c) * 1_099_511_628_211UL;
                hash = (hash ^ BitConverter.DoubleToUInt64Bits(reading.Value)) * 1_099_511_628_211UL;
                foreach (var c in reading.Text ?? "") hash = (hash ^ c) * 1_099_511_628_211UL;
            }

            return (long)(hash >> 1);
        }
    }

    /// <summary>Readings in the batch.</summary>
    public int Count => readings.Count;

    public IReadOnlyList<Line> Lines => lines;

    public Reading this[int index] => readings[index];

    /// <summary>Begins a line; the readings added next are its own.</summary>
    public void Begin(Device device, long atMs) => lines.Add(new Line(device, atMs, readings.Count, 0));

    public void Add(in Reading reading)
    {
        readings.Add(reading);
        known.Add(false);
        lines[^1] = lines[^1] with { Count = lines[^1].Count + 1 };
    }

    public bool IsKnown(int reading) => known[reading];

    public void MarkKnown(int reading) => known[reading] = true;

    public void Clear()
    {
        lines.Clear();
        readings.Clear();
        known.Clear();
    }
}
