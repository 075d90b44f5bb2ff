using Hub.Core.Ports;

namespace Hub.Replay;

/// <summary>Pairs what two sides raised: the same rule and key (else the same rule and a place within the other), nearest in time.</summary>
internal static class Pairing
{
    /// <summary>Two things further apart than this are two things. Half a day: a rule that asks for another duration moves its alert by hours, the next night is another matter.</summary>
    public const long WindowMs = 12 * 3_600_000L;

    private const long SameMs = 1_000; // a tick
    private const int MostNear = 64; // partners looked at on either side

    /// <summary>A pair, or one side alone: the other is then null.</summary>
    public readonly record struct Pair(Raised? Now, Raised? Tried)
    {
        public string Kind => (Now, Tried) switch
        {
            (null, _) => "gained",
            (_, null) => "lost",
            ({ } n, { } t) when t.AtMs - n.AtMs >= SameMs => "later",
            ({ } n, { } t) when n.AtMs - t.AtMs >= SameMs => "earlier",
            _ => "same",
        };
    }

    /// <summary>Everything of both sides, each once.</summary>
    public static List<Pair> Match(IReadOnlyList<Raised> now, IReadOnlyList<Raised> tried)
    {
        var pairs = new List<Pair>();
        var (restNow, restTried) = Pass(now, tried, static r => (r.Rule, r.Key), static (_, _) => true, pairs);
        (restNow, restTried) = Pass(restNow, restTried, static r => (r.Rule, ""), static (a, b) => Within(a.Place, b.Place), pairs);
        foreach (var left in restNow) pairs.Add(new Pair(left, null));
        foreach (var left in restTried) pairs.Add(new Pair(null, left));
        return pairs;
    }

    public static BacktestFigures FiguresOf(IReadOnlyList<Pair> pairs)
    {
        int same = 0, gained = 0, lost = 0, earlier = 0, later = 0;
        var shifts = new List<double>();
        foreach (var pair in pairs)
        {
            switch (pair.Kind)
            {
                case "gained": gained++; break;
                case "lost": lost++; break;
                case "earlier": earlier++; break;
                case "later": later++; break;
                default: same++; break;
            }

            if (pair.Kind is "earlier" or "later") shifts.Add((pair.Tried!.AtMs - pair.Now!.AtMs) / 1000.0);
        }

        shifts.Sort();
        return new BacktestFigures(
            same + lost + earlier + later, same + gained + earlier + later, same, gained, lost, earlier, later, shifts.Count == 0 ? null : shifts[shifts.Count / 2]);
    }

    private static bool Within(string a, string b) =>
        a == b || a.StartsWith(b + "/", StringComparison.Ordinal) || b.StartsWith(a + "/", StringComparison.Ordinal);

    // Nearest pairs first, each thing once. Both sides are ordered by time within a key.
    private static (List<Raised> Now, List<Raised> Tried) Pass(
        IReadOnlyList<Raised> now, IReadOnlyList<Raised> tried, Func<Raised, (string, string)> keyOf, Func<Raised, Raised, bool> fits, List<Pair> pairs)
    {
        var byKey = tried.GroupBy(keyOf).ToDictionary(g => g.Key, g => g.OrderBy(r => r.AtMs).ToArray());
        List<Raised> restNow = [], restTried = [];
        foreach (var group in now.GroupBy(keyOf))
        {
            var mine = group.OrderBy(r => r.AtMs).ToArray();
            if (!byKey.Remove(group.Key, out var theirs))
            {
                restNow.AddRange(mine);
                continue;
            }

            var (usedMine, usedTheirs) = (new bool[mine.Length], new bool[theirs.Length]);
            foreach (var (i, j) in Near(mine, theirs, fits))
            {
                if (usedMine[i] || usedTheirs[j]) continue;
                usedMine[i] = usedTheirs[j] = true;
                pairs.Add(new Pair(mine[i], theirs[j]));
            }

            restNow.AddRange(mine.Where((_, i) => !usedMine[i]));
            restTried.AddRange(theirs.Where((_, j) => !usedTheirs[j]));
        }

        foreach (var left in byKey.Values) restTried.AddRange(left);
        return (restNow, restTried);
    }

    private static IEnumerable<(int Mine, int Theirs)> Near(Raised[] mine, Raised[] theirs, Func<Raised, Raised, bool> fits)
    {
        var near = new List<(long Apart, int Mine, int Theirs)>();
        var from = 0;
        for (var i = 0; i < mine.Length; i++)
        {
            while (from < theirs.Length && theirs[from].AtMs < mine[i].AtMs - WindowMs) from++;
            var middle = from;
            while (middle < theirs.Length && theirs[middle].AtMs < mine[i].AtMs) middle++;
            for (var j = Math.Max(from, middle - MostNear); j < Math.Min(theirs.Length, middle + MostNear) && theirs[j].AtMs <= mine[i].AtMs + WindowMs; j++)
                if (fits(mine[i], theirs[j])) near.Add((Math.Abs(theirs[j].AtMs - mine[i].AtMs), i, j));
        }

        near.Sort();
        return near.Select(n => (n.Mine, n.Theirs));
    }
}
