namespace Hub.Cases.Limits;

/// <summary>Shape of calendar.yaml.</summary>
internal sealed class CalendarFile
{
    public string Version { get; set; } = "";
    public string Basis { get; set; } = "";
    public string UtcOffset { get; set; } = "+08:00";
    public List<string> WorkHours { get; set; } = [];
    public List<int> Years { get; set; } = [];
    public List<HolidayEntry> Holidays { get; set; } = [];
    public List<string> MakeUpWorkDays { get; set; } = [];
}

internal sealed class HolidayEntry
{
    public string Name { get; set; } = "";
    public string From { get; set; } = "";
    public string To { get; set; } = "";
}

/// <summary>Shape of limits.yaml.</summary>
internal sealed class LimitsFile
{
    public string Version { get; set; } = "";
    public string Basis { get; set; } = "";
    public List<string> Ladder { get; set; } = [];
    public double ReworkShare { get; set; } = 0.5;
    public List<UnansweredEntry> Unanswered { get; set; } = [];
    public string Recurrence { get; set; } = "168 h";
    public string Night { get; set; } = "22:00-06:00";
    public Dictionary<string, Dictionary<string, LimitEntry>> Severities { get; set; } = [];
    public List<ExceptionEntry> Exceptions { get; set; } = [];
}

internal class LimitEntry
{
    public string Limit { get; set; } = "";
    public string NightLimit { get; set; } = "";
    public List<string> Escalate { get; set; } = [];
}

internal sealed class ExceptionEntry : LimitEntry
{
    public string Type { get; set; } = "";
    public string Grid { get; set; } = "";
    public string Severity { get; set; } = "";
    public string Phase { get; set; } = "";
}

internal sealed class UnansweredEntry
{
    public string Type { get; set; } = "";
    public string Becomes { get; set; } = "";
    public string After { get; set; } = "";
    public string Inform { get; set; } = "";
}

/// <summary>Shape of routing.yaml.</summary>
internal sealed class RoutingFile
{
    public string Version { get; set; } = "";
    public string Basis { get; set; } = "";
    public List<RouteEntry> Routes { get; set; } = [];
    public string WithoutProperty { get; set; } = "";
}

internal sealed class RouteEntry
{
    public string Type { get; set; } = "";
    public List<string> Place { get; set; } = [];
    public string Hours { get; set; } = "";
    public string Grid { get; set; } = "";
    public List<string> Severity { get; set; } = [];
    public string Lead { get; set; } = "";
    public List<string> Receivers { get; set; } = [];
    public bool Photos { get; set; } = true;
}
