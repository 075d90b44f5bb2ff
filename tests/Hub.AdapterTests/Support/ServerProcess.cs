using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hub.AdapterTests.Support;

/// <summary>A real server started for a test in a folder of its own, on loopback, and ended by its own process.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly System.Text.StringBuilder output = new();

    private ServerProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    /// <summary>Path of a program on this machine; null when it is not installed.</summary>
    public static string? Find(string program) =>
        new[] { "/usr/bin", "/usr/sbin", "/usr/local/bin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>A loopback port that nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A free loopback port below those the system gives to outgoing connections: still free after its server has been restarted.</summary>
    public static int SteadyPort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }

    /// <summary>Starts a program and waits until the address answers with success.</summary>
    public static async Task<ServerProcess> StartAsync(string program, string folder, IEnumerable<string> arguments, Uri ready, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var server = new ServerProcess(Process.Start(start)!);
        server.process.OutputDataReceived += (_, line) => server.Note(line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Note(line.Data);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        await server.WaitAsync(ready, stop);
        return server;
    }

    /// <summary>Ends the server at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    private void Note(string? line)
    {
        lock (output) output.AppendLine(line);
    }

    // A foreign process starts in real time; nothing here depends on how long it takes.
    private async Task WaitAsync(Uri ready, CancellationToken stop)
    {
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (process.HasExited) break;
            try
            {
                using var answer = await client.GetAsync(ready, stop);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
            }

#pragma warning disable RS0030 // A foreign server becomes ready in real time.
            await Task.Delay(100, stop);
#pragma warning restore RS0030
        }

        string said;
        lock (output) said = output.ToString();
        await DisposeAsync();
        throw new InvalidOperationException($"{process.StartInfo.FileName} did not answer on {ready}: {said}");
    }
}
