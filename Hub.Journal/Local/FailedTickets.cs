namespace Hub.Journal;

/// <summary>Which tickets the disk refused. Bounded: when too many ranges pile up, old ones melt together, which can only refuse too much.</summary>
internal sealed class FailedTickets
{
    private const int MostRanges = 256;
    private readonly List<(long First, long Last, Exception Reason)> _ranges = [];

    public bool Any => _ranges.Count > 0;

    public void Add(long first, long last, Exception reason)
    {
        _ranges.Add((first, last, reason));
        if (_ranges.Count <= MostRanges) return;
        _ranges[0] = (_ranges[0].First, _ranges[1].Last, _ranges[1].Reason);
        _ranges.RemoveAt(1);
    }

    public Exception? Find(long ticket)
    {
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            if (ticket > _ranges[i].Last) return null;
            if (ticket >= _ranges[i].First) return _ranges[i].Reason;
        }

        return null;
    }
}
