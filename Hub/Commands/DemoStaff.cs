using Hub.Adapters.Sqlite;
using Hub.Cases;
using Hub.Core.Ports;
using Hub.Road;
using Hub.Simulators.Drivers;

namespace Hub.Commands;

/// <summary>The demo's invented staff: works cases by its script through the same desk as the pages, so that the past holds closed cases too.</summary>
internal sealed class DemoStaff(RunningHub hub)
{
    private const int MostCases = 200;
    private static readonly TimeSpan round = TimeSpan.FromSeconds(30);
    private static readonly EvidenceItem[] photos = [new("photoBefore", "demo/before.jpg"), new("photoAfter", "demo/after.jpg")];
    private readonly SqliteCaseStore cases = new(hub.Database);
    private readonly Dictionary<string, Account> accounts = new(StringComparer.Ordinal);
    private DateTimeOffset last;

    /// <summary>Gives everyone an account that nobody can sign in with.</summary>
    public async Task ComeInAsync(CancellationToken stop)
    {
        var store = new SqliteAccountStore(hub.Database);
        foreach (var member in StaffScript.Members)
        {
            var account = new Account(member.Account, member.Name, "", member.Roles, []);
            await store.SaveAccountAsync(account, stop);
            accounts[account.Id] = account;
        }
    }

    /// <summary>One look at every case, at most twice a minute of the demo's time.</summary>
    /// <param name="now">Hub time.</param>
    /// <param name="leisure">How many times slower than the script they are; 1 in the past hours, more while somebody watches and may act first.</param>
    /// <param name="stop">Ends it.</param>
    public async Task WorkAsync(DateTimeOffset now, double leisure, CancellationToken stop)
    {
        if (now - last >= round) await LookAsync(now, leisure, stop);
    }

    /// <summary>Goes on looking while the demo runs.</summary>
    public async Task RunAsync(TimeProvider hubClock, TimeProvider real, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), real, stop);
            await LookAsync(hubClock.GetUtcNow(), leisure: 1.5, stop);
        }
    }

    private async Task LookAsync(DateTimeOffset now, double leisure, CancellationToken stop)
    {
        last = now;
        foreach (var open in new[] { true, false })
        {
            var (found, _) = await cases.ListAsync(new CaseQuery(Open: open, IncludeRestricted: true, Limit: MostCases), stop);
            foreach (var c in found) await WorkAsync(c, now, leisure, stop);
        }
    }

    private async Task WorkAsync(GridCase c, DateTimeOffset now, double leisure, CancellationToken stop)
    {
        var idle = (now - DateTimeOffset.FromUnixTimeMilliseconds(SinceMs(c))) / leisure;
        if (StaffScript.Next(c.Id, c.Type, (int)c.Severity, c.State.ToString(), c.Asked == CaseActions.Close, c.Active, idle) is not { } step) return;
        var request = new TransitionRequest
        {
            Action = step.Action,
            Actor = accounts[step.Account],
            Post = step.Role,
            Note = step.Note,
            Reason = step.Reason,
            ActionCode = step.ActionCode,
            Rating = step.Rating,
            Evidence = step.Action == CaseActions.Finish ? photos : step.Action == CaseActions.Close && c.Active ? [new("photo", "demo/checked.jpg")] : [],
            Arrival = step.Action == CaseActions.Arrive ? new ArrivalProof(Plate: c.PlaceId) : null,
        };
        try
        {
            await hub.Desk.TransitionAsync(c.Id, request, stop);
        }
        catch (CaseRefusedException)
        {
            // Somebody at a page was quicker, or the case wants a step the script does not know: it stays as it is.
        }
    }

    // Not the last event: alerts that go on joining a case must not keep its people from coming.
    private static long SinceMs(GridCase c) => c.State switch
    {
        CaseState.Dispatched when c.DispatchedAtMs > 0 => c.DispatchedAtMs,
        CaseState.Accepted when c.AcceptedAtMs > 0 => c.AcceptedAtMs,
        CaseState.Handling when c.ArrivedAtMs > 0 => c.ArrivedAtMs,
        _ => c.UpdatedAtMs,
    };
}
