using System.Diagnostics;
using Hub.AdapterTests.Support;

namespace Hub.AdapterTests.Mqtt;

/// <summary>Programs of other people, run to their end.</summary>
internal static class Foreign
{
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Mqtt", "foreign");

    /// <summary>The program's path; skips the test, aloud, where it is not installed.</summary>
    public static string Require(string program, string package)
    {
        var path = ServerProcess.Find(program);
        if (path is null) Assert.Skip($"{program} is not installed; on Debian: apt-get install {package}");
        return path;
    }

    /// <summary>Runs a program; its exit code and all it printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var stop = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        try
        {
            await process.WaitForExitAsync(stop).WaitAsync(TimeSpan.FromSeconds(90), stop);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }
}
