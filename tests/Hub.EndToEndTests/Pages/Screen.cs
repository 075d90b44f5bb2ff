using System.Collections.Concurrent;
using Hub.EndToEndTests.Support;
using Microsoft.Playwright;

namespace Hub.EndToEndTests.Pages;

/// <summary>One browser tab, with everything it complained about and everywhere it went.</summary>
public sealed class Screen : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<Uri> requests = new();

    internal Screen(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.Console += (_, said) =>
        {
            if (string.Equals(said.Type, "error", StringComparison.Ordinal)) complaints.Enqueue($"{said.Text} ({said.Location})");
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) => requests.Enqueue(new Uri(request.Url));
        page.WebSocket += (_, socket) => requests.Enqueue(new Uri(socket.Url));
    }

    /// <summary>The tab.</summary>
    public IPage Page { get; }

    /// <summary>Errors on the console and uncaught ones.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    /// <summary>Every address asked for so far.</summary>
    public IReadOnlyCollection<Uri> Requests => requests;

    /// <summary>Opens a page by its sign-in link.</summary>
    internal Task OpenAsync(TestHub hub, string path = "/") => Page.GotoAsync(new Uri(hub.Http, $"{path}?token={TestHub.Token}").AbsoluteUri);

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
