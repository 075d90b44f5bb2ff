namespace Hub.EndToEndTests;

/// <summary>A deadline by a clock that is given.</summary>
internal static class CancelAfterExtensions
{
    public static void CancelAfter(this CancellationTokenSource source, TimeSpan after, TimeProvider clock) =>
        _ = clock.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), source, after, Timeout.InfiniteTimeSpan);
}
