using System.Collections.Concurrent;
using Hub.Dashboard.Auth;

namespace Hub.Dashboard.Live;

/// <summary>Who is connected to the live channel.</summary>
internal sealed class Connections
{
    private readonly ConcurrentDictionary<string, Caller> callers = new(StringComparer.Ordinal);

    public int Count => callers.Count;

    public void Add(string id, Caller caller) => callers[id] = caller;

    public void Remove(string id) => callers.TryRemove(id, out _);

    public IReadOnlyList<string> Where(Func<Caller, bool> may) => [.. callers.Where(c => may(c.Value)).Select(c => c.Key)];
}
