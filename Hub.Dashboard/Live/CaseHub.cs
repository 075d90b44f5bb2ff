using System.Runtime.CompilerServices;
using Hub.Cases;
using Hub.Dashboard.Api;
using Hub.Dashboard.Auth;
using Hub.Dashboard.Shapes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using SignalRHub = Microsoft.AspNetCore.SignalR.Hub; // within namespace Hub the bare name is our namespace

namespace Hub.Dashboard.Live;

/// <summary>The live channel at <c>/hubs/cases</c>.</summary>
[Authorize]
internal sealed class CaseHub(CaseTail tail, ICaseStore store, Clock clock, Connections connections) : SignalRHub
{
    /// <summary>Called on clients with a committed case event: a hint for those that do not stream. May be dropped when a client is slow.</summary>
    public const string CaseChanged = "caseChanged";

    /// <summary>Called on clients with an alert a rule raised, whether or not a case came of it. May be dropped when a client is slow.</summary>
    public const string AlertRaised = "alertRaised";

    /// <summary>Case events after a sequence number in order, first the past, then live, without end. -1: only what is new from now on.</summary>
    /// <remarks>A client that reconnects names the last number it saw and misses nothing. Restricted leads reach only those who may see them.</remarks>
    public async IAsyncEnumerable<CaseEventView> StreamCases(long afterSequence, [EnumeratorCancellation] CancellationToken stop)
    {
        var caller = Caller.Of(Context.User!);
        var language = Context.GetHttpContext()?.Language() ?? "zh";
        var after = await BeginAsync(afterSequence, stop);
        while (!stop.IsCancellationRequested)
        {
            foreach (var item in await tail.ReadAsync(after, stop))
            {
                after = item.Event.Sequence;
                if (caller.MaySee(item.Case)) yield return CaseEventView.Of(item.Event, clock, CaseView.Of(item.Case, clock, language));
            }
        }
    }

    public override Task OnConnectedAsync()
    {
        connections.Add(Context.ConnectionId, Caller.Of(Context.User!));
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        connections.Remove(Context.ConnectionId);
        return Task.CompletedTask;
    }

    // A number beyond the newest comes from another database (restored, or started anew): all is sent again, so the screen ends up right.
    private async Task<long> BeginAsync(long afterSequence, CancellationToken stop)
    {
        var last = await store.LastSequenceAsync(stop);
        return afterSequence < 0 ? last : afterSequence > last ? 0 : afterSequence;
    }
}
