using Hub.Adapters.Influx;
using Hub.AdapterTests.Support;
using Hub.Core.Ports;
using Hub.Tests.Adapters.Readings;
using Hub.Tests.Support;

namespace Hub.AdapterTests.Influx;

/// <summary>The promises of every readings store, kept by a real InfluxDB 1.x.</summary>
public sealed class InfluxReadingsStoreTests(InfluxServer server) : ReadingsStoreContract, IClassFixture<InfluxServer>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-influx-").FullName;
    private readonly string database = "t" + Guid.NewGuid().ToString("N");

    protected override IReadingsStore Create()
    {
        server.Require();
        return new InfluxReadingsStore(new InfluxDbOptions { Url = server.Url, DataDir = folder, Database = database, RetentionDays = 0 }, new ManualClock());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
