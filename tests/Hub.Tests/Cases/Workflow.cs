using Hub.Cases;
using Hub.Core.Ports;

namespace Hub.Tests.Cases;

/// <summary>The ordinary way of a case through the hands of people.</summary>
internal static class Workflow
{
    public static readonly EvidenceItem[] Photos = [new("photoBefore", "p1"), new("photoAfter", "p2")];

    public static readonly Account Worker = Town.Person("zhao", Roles.PropertyOperator);
    public static readonly Account Inspector = Town.Person("qian", Roles.Inspector);
    public static readonly Account Leader = Town.Person("sun", Roles.ShiftLeader);

    public static Task AcceptAsync(Town town, string id) => town.DoAsync(id, CaseActions.Accept, Worker);

    public static async Task ArriveAsync(Town town, string id)
    {
        await AcceptAsync(town, id);
        await town.DoAsync(id, CaseActions.Arrive, Worker, r => r with { Arrival = new ArrivalProof(Plate: "leshan/estate-1/building-02/stairwell-1") });
    }

    public static async Task FinishAsync(Town town, string id)
    {
        await ArriveAsync(town, id);
        await town.DoAsync(id, CaseActions.Finish, Worker, r => r with { ActionCode = "removed", Note = "cable removed", Evidence = Photos });
    }

    public static async Task CloseAsync(Town town, string id)
    {
        await FinishAsync(town, id);
        await town.DoAsync(id, CaseActions.Close, Inspector, r => r with { Evidence = [new("photoAfter", "same view")] });
    }
}
