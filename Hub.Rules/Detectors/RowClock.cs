using Hub.Rules.Engine;

namespace Hub.Rules.Detectors;

/// <summary>What the time of a row says of its place among the others.</summary>
internal enum RowOrder
{
    /// <summary>Not older than the newest: to be used.</summary>
    InOrder,

    /// <summary>Older than the newest: counted, otherwise without effect.</summary>
    Late,

    /// <summary>To be used, but the clock of the source was set back since: what is remembered by time must be forgotten.</summary>
    Restarted,
}

/// <summary>
/// Event time of one source. A row that comes late is left out; a clock that stood ahead by an hour or a day and was put right would make every
/// row late for that long, so five late rows in a row, in order among themselves and late by more than ten minutes, are the new time.
/// </summary>
internal struct RowClock
{
    private const int ClockSetBackAfter = 5;
    private const long ClockSetBackMs = 600_000;
    private const long EarliestMs = -62_135_596_800_000;
    private const long LatestMs = 253_402_300_799_999;
    private bool begun;
    private int lateRun;
    private long lateAtMs;

    /// <summary>Time of the newest row that counted [ms].</summary>
    public long NewestMs { get; private set; }

    /// <summary>Rows left out since the beginning.</summary>
    public long Late { get; private set; }

    /// <summary>Whether the calendar knows the time at all: the years 1 to 9999.</summary>
    public static bool Possible(long atMs) => atMs is >= EarliestMs and <= LatestMs;

    public RowOrder Take(long atMs)
    {
        if (!Possible(atMs))
        {
            Late++;
            return RowOrder.Late;
        }

        if (!begun || atMs >= NewestMs)
        {
            begun = true;
            lateRun = 0;
            NewestMs = atMs;
            return RowOrder.InOrder;
        }

        lateRun = NewestMs - atMs <= ClockSetBackMs ? 0 : atMs >= lateAtMs ? lateRun + 1 : 1;
        lateAtMs = atMs;
        if (lateRun >= ClockSetBackAfter)
        {
            lateRun = 0;
            NewestMs = atMs;
            return RowOrder.Restarted;
        }

        Late++;
        return RowOrder.Late;
    }

    public readonly void Save(StateWriter state)
    {
        state.Bool(begun);
        state.Int(lateRun);
        state.Long(lateAtMs);
        state.Long(NewestMs);
        state.Long(Late);
    }

    public void Restore(ref StateReader state)
    {
        begun = state.Bool();
        lateRun = state.Int();
        lateAtMs = state.Long();
        NewestMs = state.Long();
        Late = state.Long();
    }
}
