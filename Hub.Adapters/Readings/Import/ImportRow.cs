namespace Hub.Adapters.Readings.Import;

/// <summary>One line of an import, taken apart; used again for the next line.</summary>
internal sealed class ImportRow
{
    public string Device { get; set; } = "";

    /// <summary>Event time, milliseconds since 1970-01-01 UTC.</summary>
    public long AtMs { get; set; }

    public List<(string Channel, double Value, string? Text)> Values { get; } = [];

    public void Clear()
    {
        Device = "";
        AtMs = 0;
        Values.Clear();
    }
}

/// <summary>Takes the lines of one file format apart.</summary>
internal interface IImportFormat
{
    /// <summary>Fills the row from a line; false with a reason when it cannot. A line without readings leaves the row without values.</summary>
    bool TryParse(string line, ImportRow row, out string? reason);
}
