namespace Hub.Settings;

/// <summary>The settings cannot be used; every fault is one line that names key, value and what is allowed.</summary>
internal sealed class SettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
