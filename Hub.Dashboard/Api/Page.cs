namespace Hub.Dashboard.Api;

/// <summary>One page of a list: <c>next</c> is the cursor of the following page, null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
