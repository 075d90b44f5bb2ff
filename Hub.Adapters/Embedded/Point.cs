namespace Hub.Adapters.Embedded;

/// <summary>One stored value of a series.</summary>
/// <param name="AtMs">Event time, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Value">The number; NaN for a text.</param>
/// <param name="Text">The text, or null for a number.</param>
internal readonly record struct Point(long AtMs, double Value, string? Text);
