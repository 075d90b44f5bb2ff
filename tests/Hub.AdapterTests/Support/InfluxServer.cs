namespace Hub.AdapterTests.Support;

/// <summary>Debian's InfluxDB 1.x, one for a test class; can be stopped and started again on the same folder.</summary>
public sealed class InfluxServer : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-influxd-").FullName;
    private readonly int port = ServerProcess.FreePort();
    private ServerProcess? server;

    public Uri Url => new($"http://127.0.0.1:{port}");

    public async ValueTask InitializeAsync()
    {
        if (ServerProcess.Find("influxd") is not { } program) return;
        var config = Path.Combine(folder, "influx.conf");
        await File.WriteAllTextAsync(config, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{ServerProcess.FreePort()}"
            [meta]
              dir = "{folder}/meta"
            [data]
              dir = "{folder}/data"
              wal-dir = "{folder}/wal"
              query-log-enabled = false
            [http]
              bind-address = "127.0.0.1:{port}"
              log-enabled = false
            [monitor]
              store-enabled = false
            """);
        server = await ServerProcess.StartAsync(program, folder, ["run", "-config", config], new Uri(Url, "ping"), CancellationToken.None);
    }

    /// <summary>Skips the test, aloud, where the server is not installed.</summary>
    public void Require()
    {
        if (server is null) Assert.Skip("influxd is not installed; on Debian: apt-get install influxdb");
    }

    public Task StopAsync() => server!.KillAsync();

    public async Task StartAgainAsync()
    {
        await server!.DisposeAsync();
        await InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
