using Hub.Core.Devices;

namespace Hub.Ingest;

/// <summary>What a lane's decoder remembers of one device.</summary>
internal sealed class DeviceTally(Device device)
{
    public SequenceWindow Window = new();

    public Device Device { get; } = device;
    public long Messages { get; set; }
    public long Decoded { get; set; }
    public long DeadLettered { get; set; }
    public long Duplicates { get; set; }
    public long Late { get; set; }
    public long Readings { get; set; }

    public void Save(ref StateWriter writer)
    {
        writer.WriteId(Device.Id);
        Window.Save(ref writer);
        writer.Write(Messages);
        writer.Write(Decoded);
        writer.Write(DeadLettered);
        writer.Write(Duplicates);
        writer.Write(Late);
        writer.Write(Readings);
    }

    public void Load(ref StateReader reader)
    {
        Window.Load(ref reader);
        Messages = reader.ReadInt64();
        Decoded = reader.ReadInt64();
        DeadLettered = reader.ReadInt64();
        Duplicates = reader.ReadInt64();
        Late = reader.ReadInt64();
        Readings = reader.ReadInt64();
    }
}
