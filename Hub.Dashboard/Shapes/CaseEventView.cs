using System.Text.Json.Nodes;
using Hub.Cases;

namespace Hub.Dashboard.Shapes;

/// <summary>One entry of a case's record; <see cref="Case"/> is filled on the live channel only.</summary>
internal sealed record CaseEventView(
    long Sequence, string CaseId, int Version, string Kind, DateTimeOffset At, string Actor, string Post, CaseState State,
    JsonObject Data, string PreviousHash, string Hash, CaseView? Case)
{
    public static CaseEventView Of(CaseEvent e, Clock clock, CaseView? view = null) =>
        new(e.Sequence, e.CaseId, e.Version, e.Kind, clock.At(e.AtMs), e.Actor, e.Post, e.State, e.Data, e.PreviousHash, e.Hash, view);
}
