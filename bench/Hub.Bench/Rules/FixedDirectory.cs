using System.Globalization;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;

namespace Hub.Bench.Rules;

/// <summary>So many devices, named by their number, that nobody adds to.</summary>
/// <param name="count">How many.</param>
/// <param name="make">The device of a number; its id is <see cref="Id"/>.</param>
internal sealed class FixedDirectory(int count, Func<int, Device> make) : IDeviceDirectory
{
    private readonly Device[] all = [.. Enumerable.Range(0, count).Select(make)];

    public int Count => all.Length;

    public IReadOnlyList<Device> All => all;

    public IReadOnlyCollection<Place> Places => [];

    public IReadOnlyCollection<Grid> Grids => [];

    public static string Id(int number) => "d" + number.ToString(CultureInfo.InvariantCulture);

    public Device? Find(string id) => all[int.Parse(id.AsSpan(1), CultureInfo.InvariantCulture)];

    public Place PlaceOf(string path) => PlaceNames.FromPath(path);

    public Task RegisterAsync(IReadOnlyCollection<DeviceRecord> devices, IReadOnlyCollection<Place> places, IReadOnlyCollection<Grid> grids, CancellationToken stop) => Task.CompletedTask;
}
