namespace Hub.Commands;

/// <summary>What a check says as it goes, and what it found wrong.</summary>
/// <param name="output">Where the lines about what is sound go.</param>
internal sealed class Findings(TextWriter output)
{
    private readonly List<string> faults = [];

    public IReadOnlyList<string> Faults => faults;

    public void Say(string what, string line) => output.WriteLine($"{what}: {line}");

    public void Fault(string what, string fault) => faults.Add($"{what}: {fault}");

    /// <summary>Looks at one thing: a line when it is sound, a fault when looking fails.</summary>
    /// <returns>Whether it could be looked at.</returns>
    public async Task<bool> LookAsync(string what, Func<Task<string>> look)
    {
        try
        {
            Say(what, await look());
            return true;
        }
        catch (Exception e) when (e is StartException or IOException or HttpRequestException or TimeoutException or InvalidOperationException or InvalidDataException or Hub.Core.Ports.StoreUnavailableException)
        {
            Fault(what, e.Message);
            return false;
        }
    }
}
