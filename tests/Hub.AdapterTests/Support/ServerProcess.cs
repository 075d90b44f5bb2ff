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

    private async Task WaitAsync(Uri ready, CancellationToken stop)
    {
        using var client = new HttpClient();
        try
        {
            await Patience.UntilAsync($"an answer on {ready}", () => AnswersAsync(client, ready, stop), stop);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            string said;
            lock (output) said = output.ToString();
            var program = process.StartInfo.FileName;
            await DisposeAsync();
            throw new InvalidOperationException($"{program} did not answer on {ready}: {e.Message}; it said: {said}", e);
        }
    }

    private async Task<bool> AnswersAsync(HttpClient client, Uri ready, CancellationToken stop)
    {
        if (process.HasExited) throw new InvalidOperationException($"it ended with {process.ExitCode}");
        try
        {
            using var answer = await client.GetAsync(ready, stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // does not listen yet
        }
    }
}
