namespace Hub.Cases.Desk;

/// <summary>The cases the desk works with, in memory: the open ones and those closed recently enough to recur. Touched by the desk's one writer only.</summary>
internal sealed class CaseBook
{
    private readonly Dictionary<string, GridCase> cases = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Lane, string Key), string> byKey = [];
    private readonly Dictionary<(int Lane, string Command), string> byCommand = [];
    private readonly Dictionary<int, SortedSet<(long AtMs, string Id)>> timers = [];

    public IEnumerable<GridCase> All => cases.Values;

    public int Count => cases.Count;

    public int OpenCount { get; private set; }

    public GridCase? Find(string id) => cases.GetValueOrDefault(id);

    /// <summary>The newest case of a key in a lane; a case that a person opened answers for every lane.</summary>
    public GridCase? ByKey(int lane, string key) =>
        byKey.TryGetValue((lane, key), out var id) || byKey.TryGetValue((-1, key), out id) ? cases[id] : null;

    /// <summary>The case that gave this order, or null.</summary>
    public GridCase? ByCommand(int lane, string command) => byCommand.TryGetValue((lane, command), out var id) ? cases[id] : null;

    /// <summary>Adds or replaces a case.</summary>
    public void Put(GridCase c)
    {
        if (cases.TryGetValue(c.Id, out var before)) Unschedule(before);
        OpenCount += (c.IsOpen ? 1 : 0) - (before is { IsOpen: true } ? 1 : 0);
        cases[c.Id] = c;
        if (!byKey.TryGetValue((c.Lane, c.DedupeKey), out var other) || other == c.Id || IsNewer(c, cases[other])) byKey[(c.Lane, c.DedupeKey)] = c.Id;
        foreach (var command in c.Commands) byCommand[(c.Lane, command.Id)] = c.Id;
        if (LimitClock.NextAt(c) is > 0 and var at) TimersOf(c.Lane).Add((at, c.Id));
    }

    /// <summary>The case whose timer is due first in a lane at or before <paramref name="untilMs"/>; ties in the order of id.</summary>
    public (long AtMs, GridCase Case)? NextDue(int lane, long untilMs)
    {
        if (!timers.TryGetValue(lane, out var due) || due.Count == 0) return null;
        var (at, id) = due.Min;
        return at <= untilMs ? (at, cases[id]) : null;
    }

    /// <summary>Forgets what ended before <paramref name="closedBeforeMs"/>.</summary>
    public void Prune(long closedBeforeMs)
    {
        foreach (var c in cases.Values.Where(c => !c.IsOpen && c.ClosedAtMs < closedBeforeMs).ToList())
        {
            Unschedule(c);
            cases.Remove(c.Id);
            if (byKey.TryGetValue((c.Lane, c.DedupeKey), out var id) && id == c.Id) byKey.Remove((c.Lane, c.DedupeKey));
            foreach (var command in c.Commands) byCommand.Remove((c.Lane, command.Id));
        }
    }

    public void Clear()
    {
        cases.Clear();
        byKey.Clear();
        byCommand.Clear();
        timers.Clear();
        OpenCount = 0;
    }

    private static bool IsNewer(GridCase a, GridCase b) =>
        a.OpenedAtMs != b.OpenedAtMs ? a.OpenedAtMs > b.OpenedAtMs : string.CompareOrdinal(a.ReopenOf ?? "", b.ReopenOf ?? "") >= 0;

    private void Unschedule(GridCase c)
    {
        if (LimitClock.NextAt(c) is > 0 and var at) TimersOf(c.Lane).Remove((at, c.Id));
    }

    private SortedSet<(long AtMs, string Id)> TimersOf(int lane)
    {
        if (!timers.TryGetValue(lane, out var set)) timers[lane] = set = new(TimerOrder.Instance);
        return set;
    }

    // Ordinal, so that every machine fires timers of one instant in the same order.
    private sealed class TimerOrder : IComparer<(long AtMs, string Id)>
    {
        public static readonly TimerOrder Instance = new();

        public int Compare((long AtMs, string Id) x, (long AtMs, string Id) y) =>
            x.AtMs != y.AtMs ? x.AtMs.CompareTo(y.AtMs) : string.CompareOrdinal(x.Id, y.Id);
    }
}
