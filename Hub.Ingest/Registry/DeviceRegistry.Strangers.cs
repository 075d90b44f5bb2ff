using System.Collections.Concurrent;
using System.Text;
using Hub.Core.Devices;

namespace Hub.Ingest;

/// <summary>Devices that came by themselves: taken as unknown, at their word when they introduce themselves, and saved a little later.</summary>
public sealed partial class DeviceRegistry
{
    private const int MostForeignKinds = 256;

    private readonly ConcurrentQueue<DeviceRecord> _unsaved = new();
    private readonly HashSet<string> _foreignKinds = new(StringComparer.Ordinal); // under _adding

    /// <summary>Takes a device nobody registered as one of unknown kind; it is saved by <see cref="SaveNewAsync"/>.</summary>
    /// <returns>Null when the id is not allowed or there are <paramref name="most"/> devices already.</returns>
    public Device? AddUnknown(ReadOnlySpan<byte> id, int most)
    {
        if (!DeviceIds.IsValid(id)) return null;
        var record = new DeviceRecord(Encoding.ASCII.GetString(id), DeviceKinds.Unknown.Id, "", "");
        lock (_adding)
        {
            if (_devices.TryGetValue(record.Id, out var known)) return known;
            if (_count >= most) return null;
            _unsaved.Enqueue(record);
            return TakeDevice(record);
        }
    }

    /// <summary>Takes a device that came by itself at its word. One that a person registered, or that introduced itself before, stays as it is.</summary>
    /// <returns>Whether it was taken.</returns>
    internal bool Introduce(string id, Introduction told)
    {
        lock (_adding)
        {
            if (RecordOf(id) is not { } record || !IsStranger(record) || !MayBe(told.Kind)) return false;
            var settled = record with
            {
                Kind = told.Kind, Name = told.Name, PlaceId = told.PlaceId, GatewayId = told.GatewayId,
                Longitude = told.Longitude, Latitude = told.Latitude, Sim = told.Sim, Attributes = told.Attributes,
            };
            _unsaved.Enqueue(settled);
            _taken++;
            TakeDevice(settled);
            return true;
        }
    }

    /// <summary>Saves the devices that came by themselves. Called now and then by the program, and before rule state is kept that knows them.</summary>
    /// <returns>How many were saved. At 0, every device that was there at the call is in the store.</returns>
    public async Task<int> SaveNewAsync(CancellationToken stop)
    {
        // One at a time: an older word about a device must not overtake a newer one, and 0 must mean that nobody is still at it.
        await _saving.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return await SaveBatchAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            _saving.Release();
        }
    }

    private async Task<int> SaveBatchAsync(CancellationToken stop)
    {
        var batch = new List<DeviceRecord>();
        while (batch.Count < 1000 && _unsaved.TryDequeue(out var record)) batch.Add(_records.GetValueOrDefault(record.Id) ?? record);
        if (batch.Count == 0 || _store is null) return 0;
        try
        {
            await _store.SaveDevicesAsync(batch, stop).ConfigureAwait(false);
            return batch.Count;
        }
        catch
        {
            foreach (var record in batch) _unsaved.Enqueue(record);
            throw;
        }
    }

    // As AddUnknown left it: nobody said anything about it since.
    private static bool IsStranger(DeviceRecord record) =>
        record is { Kind: var kind, Name: "", PlaceId: "", GatewayId: null, CredentialHash: null, Attributes: null, Disabled: false } && kind == DeviceKinds.Unknown.Id;

    // Each kind costs every lane a plan of its rules: made-up ones must not pile up.
    private bool MayBe(string kind)
    {
        if (kind == DeviceKinds.Unknown.Id) return false;
        if (DeviceKinds.IsKnown(kind) || _foreignKinds.Contains(kind)) return true;
        return _foreignKinds.Count < MostForeignKinds && _foreignKinds.Add(kind);
    }
}
