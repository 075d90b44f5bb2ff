using System.Diagnostics;
using System.Net.Sockets;
using Hub.AdapterTests.Mqtt;
using Hub.Mqtt;

namespace Hub.AdapterTests.Support;

/// <summary>Somebody else's MQTT broker on loopback, in a folder of its own, that keeps sessions over a restart.</summary>
internal abstract class OutsideBroker(string folder) : IAsyncDisposable
{
    private Process? process;

    public string Folder => folder;

    public int Port { get; } = ServerProcess.SteadyPort();

    public virtual Uri Address => new($"mqtt://127.0.0.1:{Port}");

    /// <summary>What it speaks.</summary>
    public virtual MqttVersion Version => MqttVersion.V5;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected Process Running => process ?? throw new InvalidOperationException("the broker is not running");

    public async Task StartAsync()
    {
        process = await LaunchAsync();
        await Patience.UntilAsync($"the broker to listen on port {Port}", ListensAsync, Stop, TimeSpan.FromSeconds(100));
    }

    /// <summary>Asks it to stop, as an orderly shutdown does, and waits for that.</summary>
    public async Task StopAsync()
    {
        if (process is null) return;
        await EndAsync(process);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        process = null;
    }

    /// <summary>Removes everything it has written down; it must be stopped.</summary>
    public abstract void Forget();

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    protected abstract Task<Process> LaunchAsync();

    protected virtual async Task EndAsync(Process running) => await Foreign.RunAsync(Foreign.Require("kill", "procps"), "/", $"{running.Id}");

    private async Task<bool> ListensAsync()
    {
        if (Running.HasExited) throw new InvalidOperationException($"the broker ended with {Running.ExitCode}; its files are in {folder}");
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync("127.0.0.1", Port, Stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
