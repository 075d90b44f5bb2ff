namespace Hub.Simulators.Commands;

/// <summary>Something the user can mend: told in one line, exit code as given.</summary>
internal sealed class SimulatorException(string message, int exitCode = 1, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
