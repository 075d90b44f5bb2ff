using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Dashboard.Shapes;

/// <summary>An alert as the API shows it.</summary>
internal sealed record AlertView(
    string Id, string Signal, string Rule, string RuleVersion, string Type, Severity Severity, double Confidence, string Place, string? Zone, string? Device,
    DateTimeOffset OccurredAt, DateTimeOffset ArrivedAt, string Title, string TitleZh, string TitleEn, string ExplanationZh, string ExplanationEn,
    IReadOnlyList<InputView> Inputs, string Basis, bool Restricted, bool Late, bool Sim, bool Shadow, string Fate, string? CaseId)
{
    public static AlertView Of(FiledAlert filed, Clock clock, string language) => Of(filed.Alert, clock, language) with
    {
        Fate = filed.Fate,
        CaseId = filed.CaseId.Length == 0 ? null : filed.CaseId,
    };

    public static AlertView Of(Alert a, Clock clock, string language) => new(
        FormattableString.Invariant($"{a.Lane}-{a.Position}-{a.Ordinal}"), a.Signal.ToString(), a.Rule, a.RuleVersion, a.Type, a.Severity, a.Confidence,
        a.PlaceId, a.Zone, a.DeviceId, clock.At(a.OccurredAtMs), clock.At(a.ArrivalMs), a.Title.For(language), a.Title.Zh, a.Title.En,
        a.Explanation.Zh, a.Explanation.En, [.. a.Inputs.Select(i => InputView.Of(i, clock))], a.Basis, a.Restricted, a.Late, a.Sim, a.Shadow, "", null);
}
