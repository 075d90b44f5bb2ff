namespace Hub.Ingest;

/// <summary>Why a message was refused at the door. The numbers stand in the journal's ticks: only add at the end.</summary>
internal enum RejectReason : byte
{
    UnknownDevice = 0,
    DisabledDevice = 1,
    NotAuthorized = 2,
    TooLarge = 3,
    JournalFull = 4,
    JournalFailed = 5,
    TooManyDevices = 6,
    BadTopic = 7,
}

/// <summary>The reasons' stable words in ledger and metrics.</summary>
internal static class RejectReasons
{
    public const int Count = 8;

    private static readonly string[] words =
        ["unknown-device", "disabled-device", "not-authorized", "too-large", "journal-full", "journal-failed", "too-many-devices", "bad-topic"];

    public static string Word(this RejectReason reason) => words[(int)reason];
}
