using Hub.Core;

namespace Hub.Cases.Reports;

/// <summary>Counts and rates of a set of cases (GB/T 30428.4 evaluates by region, department and post). Counts add up; rates are null when there is nothing to divide by.</summary>
public sealed record Indicators
{
    /// <summary>Cases opened in the period.</summary>
    public int Reported { get; init; }

    /// <summary>Of these, filed.</summary>
    public int Filed { get; init; }

    /// <summary>Times dispatched.</summary>
    public int Dispatches { get; init; }

    /// <summary>Cases dispatched at least once.</summary>
    public int Dispatched { get; init; }

    /// <summary>Times returned by a unit.</summary>
    public int Returns { get; init; }

    /// <summary>Cases returned at least once: their first dispatch was wrong.</summary>
    public int FirstReturned { get; init; }

    /// <summary>Cases taken up by a person.</summary>
    public int Answered { get; init; }

    /// <summary>Cases reported as done.</summary>
    public int Handled { get; init; }

    /// <summary>Cases sent back to work at least once.</summary>
    public int Reworked { get; init; }

    /// <summary>Filed cases that had to be closed: closed ones, and open ones whose limit for handling has passed.</summary>
    public int Due { get; init; }

    /// <summary>Closed.</summary>
    public int Closed { get; init; }

    /// <summary>Closed, and handled within the limit.</summary>
    public int ClosedInTime { get; init; }

    /// <summary>Some limit ran out.</summary>
    public int Overdue { get; init; }

    /// <summary>Dismissed as false alarms.</summary>
    public int Dismissed { get; init; }

    /// <summary>Not filed, cancelled or merged for other reasons.</summary>
    public int Dropped { get; init; }

    /// <summary>Transferred to another authority.</summary>
    public int Transferred { get; init; }

    /// <summary>Still open.</summary>
    public int Open { get; init; }

    /// <summary>Recurrences within the recurrence window.</summary>
    public int Recurred { get; init; }

    /// <summary>Escalated at least once.</summary>
    public int Escalated { get; init; }

    /// <summary>Departments were called by whistle.</summary>
    public int Whistled { get; init; }

    /// <summary>Rated by residents; unrated is never counted as 5.</summary>
    public int Ratings { get; init; }

    /// <summary>Sum of the ratings.</summary>
    public int RatingSum { get; init; }

    /// <summary>结案率 = closed ÷ due.</summary>
    public double? CloseRate => Share(Closed, Due);

    /// <summary>按时结案率 = closed in time ÷ due.</summary>
    public double? OnTimeCloseRate => Share(ClosedInTime, Due);

    /// <summary>立案率 = filed ÷ reported.</summary>
    public double? FilingRate => Share(Filed, Reported);

    /// <summary>准确派遣率 = 1 − returned ÷ dispatched.</summary>
    public double? DispatchAccuracy => Dispatches == 0 ? null : 1 - Math.Min((double)Returns / Dispatches, 1);

    /// <summary>首派退回率 = first dispatch returned ÷ first dispatches.</summary>
    public double? FirstReturnRate => Share(FirstReturned, Dispatched);

    /// <summary>返工率 = reworked ÷ handled.</summary>
    public double? ReworkRate => Share(Reworked, Handled);

    /// <summary>超期率 = overdue ÷ reported.</summary>
    public double? OverdueRate => Share(Overdue, Reported);

    /// <summary>复发率 = recurrences ÷ reported.</summary>
    public double? RecurrenceRate => Share(Recurred, Reported);

    /// <summary>吹哨率 = whistled ÷ filed.</summary>
    public double? WhistleRate => Share(Whistled, Filed);

    /// <summary>误报率 = dismissed ÷ answered.</summary>
    public double? FalseAlarmRate => Share(Dismissed, Answered);

    /// <summary>网格内办结占比 = closed without escalation ÷ closed.</summary>
    public double? GridLevelCloseShare { get; init; }

    /// <summary>评价指数: mean rating, 1 to 5.</summary>
    public double? RatingIndex => Ratings == 0 ? null : (double)RatingSum / Ratings;

    /// <summary>Seconds from dispatch to acceptance.</summary>
    public Spread? Acknowledge { get; init; }

    /// <summary>Seconds from dispatch to arrival.</summary>
    public Spread? OnSite { get; init; }

    /// <summary>Seconds from dispatch to done.</summary>
    public Spread? Handle { get; init; }

    /// <summary>Seconds from done to closed.</summary>
    public Spread? Verify { get; init; }

    private static double? Share(int part, int whole) => whole == 0 ? null : Math.Min((double)part / whole, 1);
}

/// <summary>Median and 95th percentile of a duration.</summary>
/// <param name="MedianSeconds">Seconds.</param>
/// <param name="P95Seconds">Seconds.</param>
/// <param name="Count">How many.</param>
public sealed record Spread(double MedianSeconds, double P95Seconds, int Count);

/// <summary>One row of a report.</summary>
/// <param name="Key">Code of the grid, id of the type, role of the unit, or rule and version; empty for cases without one.</param>
/// <param name="Title">Words for people.</param>
/// <param name="Parent">For a grid: code of the one above; else empty.</param>
/// <param name="Figures">The figures; for a grid with all below it.</param>
public sealed record ReportRow(string Key, LocalText Title, string Parent, Indicators Figures);
