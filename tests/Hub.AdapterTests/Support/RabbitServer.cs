using System.Diagnostics;
using Hub.AdapterTests.Mqtt;
using Hub.Mqtt;

namespace Hub.AdapterTests.Support;

/// <summary>A real RabbitMQ with its MQTT plugin: node name, ports, data and port mapper of its own.</summary>
/// <remarks>Debian's 3.10 speaks MQTT 3.1.1 only, and knows no shared subscriptions.</remarks>
internal sealed class RabbitServer : OutsideBroker
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private readonly int amqp = ServerProcess.SteadyPort();
    private readonly int distribution = ServerProcess.SteadyPort();
    private readonly int mapper = ServerProcess.SteadyPort();

    public RabbitServer(string folder)
        : base(folder)
    {
        if (!File.Exists(Program)) Assert.Skip("rabbitmq-server is not installed; on Debian: apt-get install rabbitmq-server");
    }

    public override MqttVersion Version => MqttVersion.V311;

    public override void Forget() => Directory.Delete(Path.Combine(Folder, "db"), recursive: true);

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();

        // The port mapper that the node started answers only when no node is left.
        var epmd = Foreign.Require("epmd", "erlang-base");
        await Patience.UntilAsync("the port mapper to end", async () =>
        {
            var (_, said) = await Foreign.RunAsync(epmd, "/", "-port", $"{mapper}", "-kill");
            return said.Contains("Killed", StringComparison.Ordinal) || said.Contains("Cannot connect", StringComparison.Ordinal);
        }, CancellationToken.None);
        await base.DisposeAsync();
    }

    protected override async Task<Process> LaunchAsync()
    {
        await File.WriteAllTextAsync(In("plugins"), "[rabbitmq_mqtt].", Stop);
        await File.WriteAllTextAsync(
            In("rabbitmq.conf"),
            $"""
            listeners.tcp.1 = 127.0.0.1:{amqp}
            mqtt.listeners.tcp.1 = 127.0.0.1:{Port}
            mqtt.allow_anonymous = true
            disk_free_limit.absolute = 50MB
            log.console = false

            """,
            Stop);
        var cookie = In(".erlang.cookie");
        if (!File.Exists(cookie))
        {
            await File.WriteAllTextAsync(cookie, Guid.NewGuid().ToString("N"), Stop);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        }

        var start = new ProcessStartInfo(Program) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Surroundings()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    protected override async Task EndAsync(Process running)
    {
        if (running.HasExited) return;
        var pid = (await File.ReadAllTextAsync(In("pid"), CancellationToken.None)).Trim();
        await Foreign.RunAsync(Foreign.Require("kill", "procps"), "/", pid);
    }

    private Dictionary<string, string> Surroundings() => new()
    {
        ["HOME"] = Folder,
        ["RABBITMQ_CONF_ENV_FILE"] = "/nonexistent",
        ["RABBITMQ_NODENAME"] = $"hub{Port}@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{amqp}",
        ["RABBITMQ_DIST_PORT"] = $"{distribution}",
        ["RABBITMQ_MNESIA_BASE"] = In("db"),
        ["RABBITMQ_LOG_BASE"] = In("log"),
        ["RABBITMQ_PID_FILE"] = In("pid"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("plugins"),
        ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq"),
        ["ERL_CRASH_DUMP"] = In("erl_crash.dump"),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = $"{mapper}",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    };

    private string In(string name) => Path.Combine(Folder, name);
}
