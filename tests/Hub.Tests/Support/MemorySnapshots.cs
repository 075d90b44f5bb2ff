using Hub.Core.Ports;

namespace Hub.Tests.Support;

/// <summary>The newest snapshot of each lane, copied as a database would.</summary>
internal sealed class MemorySnapshots : ISnapshotStore
{
    private readonly Dictionary<int, LaneSnapshot> all = [];

    public Task<LaneSnapshot?> LoadAsync(int lane, CancellationToken stop) => Task.FromResult(all.GetValueOrDefault(lane));

    public Task SaveAsync(int lane, LaneSnapshot snapshot, CancellationToken stop)
    {
        all[lane] = snapshot with { Decoder = snapshot.Decoder.ToArray(), Rules = snapshot.Rules.ToArray() };
        return Task.CompletedTask;
    }
}
