using System.Text.Json.Nodes;

namespace Hub.Cases.Desk;

/// <summary>What one batch or one request changes: collected here, written by one commit.</summary>
internal sealed class CaseWork(CaseBook book)
{
    private readonly List<CaseEvent> events = [];
    private readonly List<string> touched = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly List<FiledAlert> alerts = [];

    public CaseBook Book { get; } = book;

    public bool IsEmpty => events.Count == 0 && alerts.Count == 0;

    public void Add(FiledAlert alert) => alerts.Add(alert);

    /// <summary>Appends one event that takes a case from <paramref name="before"/> (null: opens it) to <paramref name="after"/>, and returns the case after it.</summary>
    public GridCase Record(GridCase? before, GridCase after, string kind, long atMs, string actor = "system", string post = "system", JsonObject? facts = null)
    {
        var data = facts ?? [];
        var set = CaseJson.Difference(before, after);
        if (set.Count > 0) data["set"] = set;
        var entry = new CaseEvent
        {
            CaseId = after.Id,
            Version = (before?.Version ?? 0) + 1,
            Kind = kind,
            AtMs = atMs,
            Actor = actor,
            Post = post,
            State = after.State,
            Data = data,
            PreviousHash = before?.LastHash ?? "",
            Hash = "",
        };
        entry = entry with { Hash = CaseJson.HashOf(entry) };
        after = after with { Version = entry.Version, UpdatedAtMs = atMs, LastHash = entry.Hash };
        events.Add(entry);
        if (known.Add(after.Id)) touched.Add(after.Id);
        Book.Put(after);
        return after;
    }

    public CaseCommit ToCommit(LaneProgress? lane, IReadOnlyList<Hub.Core.Ports.DeadLetter> deadLetters) =>
        new(events, [.. touched.Select(id => Book.Find(id)!)], alerts, deadLetters, lane);
}
