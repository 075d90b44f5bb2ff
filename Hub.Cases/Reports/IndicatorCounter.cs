namespace Hub.Cases.Reports;

/// <summary>Counts cases into indicators.</summary>
internal sealed class IndicatorCounter
{
    private readonly List<double> acknowledge = [], onSite = [], handle = [], verify = [];
    private Indicators counts = new();
    private int closedUnescalated;

    public void Add(GridCase c, long nowMs)
    {
        var filed = c.FiledAtMs > 0;
        var dropped = c.State is CaseState.NotFiled or CaseState.Cancelled or CaseState.Merged;
        var late = c.HandleDueAtMs > 0 && (c.HandledAtMs > 0 ? c.HandledAtMs : nowMs) > c.HandleDueAtMs;
        var dismissed = c.Outcome == "falseAlarm";
        counts = counts with
        {
            Reported = counts.Reported + 1,
            Filed = counts.Filed + One(filed),
            Dispatches = counts.Dispatches + c.Dispatches,
            Dispatched = counts.Dispatched + One(c.Dispatches > 0),
            Returns = counts.Returns + c.Returns,
            FirstReturned = counts.FirstReturned + One(c.Returns > 0),
            Answered = counts.Answered + One(c.AnsweredAtMs > 0),
            Handled = counts.Handled + One(c.HandledAtMs > 0),
            Reworked = counts.Reworked + One(c.Reworks > 0),
            Due = counts.Due + One(filed && !dropped && (c.IsClosed || late)),
            Closed = counts.Closed + One(c.IsClosed),
            ClosedInTime = counts.ClosedInTime + One(c.IsClosed && filed && !late),
            Overdue = counts.Overdue + One(c.Overdue),
            Dismissed = counts.Dismissed + One(dismissed),
            Dropped = counts.Dropped + One(dropped && !dismissed),
            Transferred = counts.Transferred + One(c.TransferredTo.Length > 0),
            Open = counts.Open + One(c.IsOpen),
            Recurred = counts.Recurred + One(c.ReopenOf is not null),
            Escalated = counts.Escalated + One(c.EscalationLevel > 0),
            Whistled = counts.Whistled + One(c.Whistles.Count > 0),
            Ratings = counts.Ratings + One(c.Rating > 0),
            RatingSum = counts.RatingSum + c.Rating,
        };
        closedUnescalated += One(c.IsClosed && c.EscalationLevel == 0);
        Span(acknowledge, c.DispatchedAtMs, c.AcceptedAtMs);
        Span(onSite, c.DispatchedAtMs, c.ArrivedAtMs);
        Span(handle, c.DispatchedAtMs, c.HandledAtMs);
        if (c.IsClosed) Span(verify, c.HandledAtMs, c.ClosedAtMs);
    }

    public Indicators ToIndicators() => counts with
    {
        GridLevelCloseShare = counts.Closed == 0 ? null : (double)closedUnescalated / counts.Closed,
        Acknowledge = SpreadOf(acknowledge), OnSite = SpreadOf(onSite), Handle = SpreadOf(handle), Verify = SpreadOf(verify),
    };

    private static int One(bool yes) => yes ? 1 : 0;

    private static void Span(List<double> into, long fromMs, long toMs)
    {
        if (fromMs > 0 && toMs >= fromMs) into.Add((toMs - fromMs) / 1000.0);
    }

    private static Spread? SpreadOf(List<double> seconds)
    {
        if (seconds.Count == 0) return null;
        seconds.Sort();
        return new Spread(At(seconds, 0.5), At(seconds, 0.95), seconds.Count);
    }

    // Nearest rank: a figure that some case really had.
    private static double At(List<double> sorted, double share) => sorted[Math.Max((int)Math.Ceiling(share * sorted.Count) - 1, 0)];
}
