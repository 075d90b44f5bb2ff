using System.Diagnostics;
using Hub.AdapterTests.Mqtt;
using Hub.Tests.Support;

namespace Hub.AdapterTests.Support;

/// <summary>A real mosquitto that remembers; with TLS when an authority issues its certificate.</summary>
internal sealed class MosquittoServer(string folder, TestAuthority? authority = null) : OutsideBroker(folder)
{
    private readonly string program = Foreign.Require("mosquitto", "mosquitto");

    public override Uri Address => new($"{(authority is null ? "mqtt" : "mqtts")}://127.0.0.1:{Port}");

    public override void Forget() => File.Delete(Path.Combine(Folder, "mosquitto.db"));

    protected override async Task<Process> LaunchAsync()
    {
        var config = Path.Combine(Folder, "m.conf");
        var tls = "";
        if (authority is not null)
        {
            var (certificate, key) = (Path.Combine(Folder, "server.pem"), Path.Combine(Folder, "server.key"));
            using var issued = authority.IssueServer();
            TestAuthority.Write(issued, certificate, key);
            tls = $"certfile {certificate}\nkeyfile {key}\n";
        }

        // Not killed but asked to stop: else it would lose what it has acknowledged.
        await File.WriteAllTextAsync(
            config,
            $"listener {Port} 127.0.0.1\n{tls}allow_anonymous true\npersistence true\npersistence_location {Folder}/\nmax_queued_messages 0\nuser root\n",
            Stop);
        return Process.Start(new ProcessStartInfo(program, ["-c", config]) { RedirectStandardError = true })!;
    }
}
