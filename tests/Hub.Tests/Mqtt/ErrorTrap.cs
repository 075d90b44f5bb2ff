using Microsoft.Extensions.Logging;

namespace Hub.Tests.Mqtt;

/// <summary>Collects what the endpoint logs as its own fault.</summary>
internal sealed class ErrorTrap : ILoggerFactory, ILogger
{
    private readonly List<string> warnings = [];

    public List<string> Errors { get; } = [];

    public List<string> Warnings
    {
        get { lock (Errors) return [.. warnings]; }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Errors)
        {
            if (logLevel == LogLevel.Warning) warnings.Add(formatter(state, exception));
            if (logLevel > LogLevel.Warning) Errors.Add($"{formatter(state, exception)}: {exception}");
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
