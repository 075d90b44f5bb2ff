using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace Hub;

/// <summary>Logs by Serilog: a readable console, and a JSON file in the data folder that rolls daily.</summary>
internal static class Logs
{
    /// <summary>What can be turned while running.</summary>
    public static readonly LoggingLevelSwitch Level = new(LogEventLevel.Information);

    /// <param name="dataDir">Folder that gets <c>logs/hub-YYYYMMDD.json</c>; null for the console only.</param>
    /// <param name="configuration">May hold a <c>Serilog</c> section.</param>
    /// <param name="quietConsole">Console shows warnings only, because a progress line is on screen.</param>
    public static ILoggerFactory Create(string? dataDir, IConfiguration configuration, bool quietConsole = false)
    {
        var logs = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal) // a failed start is told in one line by the program
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .WriteTo.Console(
                restrictedToMinimumLevel: quietConsole ? LogEventLevel.Warning : LogEventLevel.Verbose,
                outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}",
                formatProvider: System.Globalization.CultureInfo.InvariantCulture);
        if (configuration.GetSection("Serilog").Exists()) logs = logs.ReadFrom.Configuration(configuration);
        if (dataDir is not null)
        {
            logs = logs.WriteTo.File(
                new JsonFormatter(renderMessage: true),
                Path.Combine(dataDir, "logs", "hub-.json"),
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: 64L << 20,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 30);
        }

        return new SerilogLoggerFactory(logs.CreateLogger(), dispose: true);
    }
}
