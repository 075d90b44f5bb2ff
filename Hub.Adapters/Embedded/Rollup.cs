namespace Hub.Adapters.Embedded;

/// <summary>What is kept of an hour when its points are old enough to go.</summary>
/// <param name="FromMs">Start of the hour.</param>
/// <param name="Count">Points in it; of several parts of one hour the counts add up.</param>
/// <param name="Numbers">Of these, numbers other than NaN.</param>
/// <param name="Sum">Sum of the numbers.</param>
/// <param name="Min">Least number.</param>
/// <param name="Max">Greatest number.</param>
/// <param name="LastMs">Event time of the latest point.</param>
/// <param name="Last">Its value; NaN for a text.</param>
/// <param name="Text">Its text, or null.</param>
internal readonly record struct RollupHour(long FromMs, long Count, long Numbers, double Sum, double Min, double Max, long LastMs, double Last, string? Text);
