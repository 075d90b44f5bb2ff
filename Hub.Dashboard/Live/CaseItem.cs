using Hub.Cases;

namespace Hub.Dashboard.Live;

/// <summary>An event with its case as it stood when the event was read: never older than the event.</summary>
internal readonly record struct CaseItem(CaseEvent Event, GridCase Case);
