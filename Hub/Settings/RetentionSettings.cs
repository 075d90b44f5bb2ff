using Embedded = Hub.Adapters.Embedded;
using Sqlite = Hub.Adapters.Sqlite;

namespace Hub.Settings;

/// <summary>How long what grows is kept. Cases and the audit are never deleted.</summary>
/// <param name="ReadingsDays">Days every reading is kept, unless its class says otherwise.</param>
/// <param name="HourlyDays">Days hourly roll-ups are kept.</param>
/// <param name="PeopleDays">Days of what tells of people's movements: counters, motion, doors.</param>
/// <param name="FireDays">Days of what a fire investigation asks for: smoke, gas, valves.</param>
/// <param name="AlertDays">Days of alerts that belong to no case.</param>
/// <param name="CaseAlertDays">Days of alerts of cases.</param>
/// <param name="DeadLetterDays">Days of dead letters.</param>
/// <param name="JournalDays">Days consumed journal segments are kept for replay.</param>
/// <param name="JournalBytes">Most bytes of journal on disk, as far as consumers allow.</param>
internal sealed record RetentionSettings(
    int ReadingsDays, int HourlyDays, int PeopleDays, int FireDays, int AlertDays, int CaseAlertDays, int DeadLetterDays, int JournalDays, long JournalBytes)
{
    private const int LongestDays = 36_500;

    public static RetentionSettings Read(SettingsReader read) => new(
        ReadingsDays: read.Int("Hub:Retention:ReadingsDays", 90, 1, LongestDays),
        HourlyDays: read.Int("Hub:Retention:HourlyDays", 730, 0, LongestDays),
        PeopleDays: read.Int("Hub:Retention:PeopleDays", 30, 1, LongestDays),
        FireDays: read.Int("Hub:Retention:FireDays", 400, 1, LongestDays),
        AlertDays: read.Int("Hub:Retention:AlertDays", 90, 1, LongestDays),
        CaseAlertDays: read.Int("Hub:Retention:CaseAlertDays", 365, 1, LongestDays),
        DeadLetterDays: read.Int("Hub:Retention:DeadLetterDays", 30, 1, LongestDays),
        JournalDays: read.Int("Hub:Journal:RetainDays", 7, 0, 3650),
        JournalBytes: read.Long("Hub:Journal:RetainBytes", 16L << 30, 0, 1L << 50));

    /// <summary>For the embedded readings store: which channels are in a class is the store's to say.</summary>
    public Embedded.RetentionOptions ForReadings() => new()
    {
        RawDays = ReadingsDays,
        HourlyDays = HourlyDays,
        Classes =
        [
            .. new Embedded.RetentionOptions().Classes.Select(c => c with { RawDays = c.Name == "people" ? PeopleDays : FireDays, HourlyDays = HourlyDays }),
        ],
    };

    /// <summary>For the database.</summary>
    public Sqlite.RetentionOptions ForDatabase() => new() { LooseAlertDays = AlertDays, CaseAlertDays = CaseAlertDays, DeadLetterDays = DeadLetterDays };
}
