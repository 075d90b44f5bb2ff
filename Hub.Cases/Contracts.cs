using Hub.Core.Alerts;
using Hub.Core.Ports;

namespace Hub.Cases;

/// <summary>What one lane brings to the desk: alerts and device answers of a run of journal records, in their order, with the position after it.</summary>
public sealed class LaneBatch
{
    /// <summary>Lane.</summary>
    public required int Lane { get; init; }

    /// <summary>Position of the last record of the run.</summary>
    public required long Position { get; init; }

    /// <summary>Arrival time of the last record (or tick) of the run, milliseconds since 1970-01-01 UTC: the lane's clock, by which limits run out. Never goes back within a lane.</summary>
    public required long ClockMs { get; init; }

    /// <summary>Alerts in order.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>Answers of devices to commands, in order.</summary>
    public IReadOnlyList<CommandAnswer> Answers { get; init; } = [];

    /// <summary>Messages that could not be decoded.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters { get; init; } = [];

    /// <summary>The lane's counts after the run.</summary>
    public LaneCounts Counts { get; init; }
}

/// <summary>A device's answer to a command.</summary>
/// <param name="Position">Position in the lane of the answer.</param>
/// <param name="DeviceId">Who answered.</param>
/// <param name="CommandId">The id of the order.</param>
/// <param name="Result"><c>ok</c>, or what went wrong.</param>
/// <param name="AtMs">Arrival of the answer's journal record, milliseconds since 1970-01-01 UTC.</param>
public sealed record CommandAnswer(long Position, string DeviceId, string CommandId, string Result, long AtMs);

/// <summary>What the store must write in one transaction: either the work of a lane, or of a person.</summary>
public sealed record CaseCommit(
    IReadOnlyList<CaseEvent> Events,
    IReadOnlyList<GridCase> Cases,
    IReadOnlyList<FiledAlert> Alerts,
    IReadOnlyList<DeadLetter> DeadLetters,
    LaneProgress? Lane);

/// <summary>An alert with what became of it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Fate"><c>opened</c>, <c>reopened</c>, <c>joined</c>, <c>cleared</c>, <c>shadow</c>, <c>suppressed</c> (dismissed before, within its window), <c>folded</c> (one of very many, counted only here), <c>unmatched</c> (cleared with no open case).</param>
/// <param name="CaseId">The case it belongs to; empty when none.</param>
public sealed record FiledAlert(Alert Alert, string Fate, string CaseId);

/// <summary>How far a lane has come.</summary>
public sealed record LaneProgress(int Lane, long Position, long ClockMs, LaneCounts Counts);

/// <summary>Filter of the case list; null members do not filter. <c>SinceMs</c> (inclusive) and <c>UntilMs</c> (exclusive) bound the opening; <c>Grid</c> is a base grid (with all below it) or a dedicated one; <c>Place</c> includes what lies inside; <c>Text</c> is part of the id, a title or a place name.</summary>
public sealed record CaseQuery(
    bool? Open = null, string? Type = null, int? Severity = null, string? State = null, string? Grid = null, string? Place = null,
    bool IncludeRestricted = false, string? Cursor = null, int Limit = 100, long? SinceMs = null, long? UntilMs = null, bool? Sim = null,
    string? Text = null);

/// <summary>Cases and their events at rest. Case events are the truth; the case table is their projection.</summary>
public interface ICaseStore
{
    /// <summary>Writes events (giving them sequence numbers, dense and in order), projections, alerts, dead letters and the lane's progress in one durable transaction. Returns the events with their sequence.</summary>
    Task<IReadOnlyList<CaseEvent>> CommitAsync(CaseCommit commit, CancellationToken stop);

    /// <summary>All lanes' progress.</summary>
    Task<IReadOnlyList<LaneProgress>> LoadLanesAsync(CancellationToken stop);

    /// <summary>Cases the desk must know at start: the open ones, and those closed no longer ago than the recurrence window.</summary>
    Task<IReadOnlyList<GridCase>> LoadActiveAsync(long closedSinceMs, CancellationToken stop);

    /// <summary>One case, or null.</summary>
    Task<GridCase?> FindAsync(string caseId, CancellationToken stop);

    /// <summary>Cases by severity, then newest first; the cursor continues after the last one.</summary>
    Task<(IReadOnlyList<GridCase> Items, string? Next)> ListAsync(CaseQuery query, CancellationToken stop);

    /// <summary>Events of one case in order.</summary>
    Task<IReadOnlyList<CaseEvent>> EventsOfAsync(string caseId, CancellationToken stop);

    /// <summary>Events of all cases after a sequence number, in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<CaseEvent>> EventsAfterAsync(long sequence, int limit, CancellationToken stop);

    /// <summary>Sequence of the newest event; 0 when there is none.</summary>
    Task<long> LastSequenceAsync(CancellationToken stop);

    /// <summary>Newest alerts first; the cursor continues.</summary>
    Task<(IReadOnlyList<FiledAlert> Items, string? Next)> AlertsAsync(string? type, string? rule, string? cursor, int limit, CancellationToken stop);

    /// <summary>Alerts of one case in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<FiledAlert>> AlertsOfAsync(string caseId, int limit, CancellationToken stop);

    /// <summary>Recomputes both hash chains; null when they hold, else what is wrong and where.</summary>
    Task<string?> VerifyChainAsync(CancellationToken stop);
}
