namespace Hub.AdapterTests.Support;

/// <summary>Debian's VictoriaMetrics: the only server here that takes the 2.x write path.</summary>
public sealed class VictoriaMetricsServer : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("hub-victoria-").FullName;
    private readonly int port = ServerProcess.FreePort();
    private ServerProcess? server;

    public Uri Url => new($"http://127.0.0.1:{port}");

    public async ValueTask InitializeAsync()
    {
        if (ServerProcess.Find("victoria-metrics") is not { } program) return;
        server = await ServerProcess.StartAsync(program, folder,
            [$"-storageDataPath={folder}/data", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y", "-search.latencyOffset=0s", "-memory.allowedBytes=200MB"],
            new Uri(Url, "health"), CancellationToken.None);
    }

    /// <inheritdoc cref="InfluxServer.Require"/>
    public void Require()
    {
        if (server is null) Assert.Skip("victoria-metrics is not installed; on Debian: apt-get install victoria-metrics");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
