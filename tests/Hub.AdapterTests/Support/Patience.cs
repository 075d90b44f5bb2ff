namespace Hub.AdapterTests.Support;

/// <summary>Waits for what a foreign server, another process or the network does in its own time: looks again and again, and says what did not come.</summary>
/// <remarks>What happens in this process is awaited where it happens, not here.</remarks>
internal static class Patience
{
#pragma warning disable RS0030 // Real servers live in real time; nothing asserted depends on how long they take.
    public static readonly TimeProvider Real = TimeProvider.System;
#pragma warning restore RS0030

    private static readonly TimeSpan between = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan usual = TimeSpan.FromSeconds(50);

    /// <summary>Looks until there is something to see.</summary>
    /// <param name="what">What is waited for, named when it does not come.</param>
    /// <param name="look">Gives null while it is not there.</param>
    /// <param name="stop">Ends the wait early.</param>
    /// <param name="most">How long to wait; 50 s when null.</param>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public static async Task<T> ForAsync<T>(string what, Func<Task<T?>> look, CancellationToken stop, TimeSpan? most = null)
        where T : class
    {
        var limit = most ?? usual;
        var began = Real.GetTimestamp();
        using var again = new PeriodicTimer(between, Real);
        do
        {
            if (await look() is { } found) return found;
        }
        while (Real.GetElapsedTime(began) < limit && await again.WaitForNextTickAsync(stop));

        throw new TimeoutException($"waited {limit.TotalSeconds:F0} s for {what}");
    }

    /// <inheritdoc cref="ForAsync{T}"/>
    public static Task UntilAsync(string what, Func<Task<bool>> done, CancellationToken stop, TimeSpan? most = null) =>
        ForAsync(what, async () => await done() ? what : null, stop, most);

    /// <inheritdoc cref="ForAsync{T}"/>
    public static Task UntilAsync(string what, Func<bool> done, CancellationToken stop, TimeSpan? most = null) =>
        UntilAsync(what, () => Task.FromResult(done()), stop, most);
}
