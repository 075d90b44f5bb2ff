using Hub.Adapters.Embedded;
using Hub.Core.Ports;

namespace Hub.Tests.Adapters.Readings;

public sealed class EmbeddedReadingsStoreTests : ReadingsStoreContract, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-readings-").FullName;

    protected override IReadingsStore Create() => new EmbeddedReadingsStore(new EmbeddedReadingsOptions { DataDir = folder });

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
