using Hub.Cases;
using Hub.Core;
using Hub.Core.Alerts;

namespace Hub.Dashboard.Shapes;

/// <summary>A case as the API and the live channel show it.</summary>
internal sealed record CaseView
{
    public required string Id { get; init; }
    public required string Type { get; init; }
    public required string TypeZh { get; init; }
    public required string TypeEn { get; init; }
    public required Severity Severity { get; init; }
    public required CaseState State { get; init; }
    public required string Title { get; init; }
    public required string TitleZh { get; init; }
    public required string TitleEn { get; init; }
    public required string ExplanationZh { get; init; }
    public required string ExplanationEn { get; init; }
    public required string Place { get; init; }
    public required string PlaceTitleZh { get; init; }
    public required string PlaceTitleEn { get; init; }
    public required string? Zone { get; init; }
    public required double? Longitude { get; init; }
    public required double? Latitude { get; init; }
    public required string Grid { get; init; }
    public required IReadOnlyList<string> DedicatedGrids { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required int Version { get; init; }
    public required bool Open { get; init; }
    public required bool Sim { get; init; }
    public required string Rule { get; init; }
    public required string RuleVersion { get; init; }
    public required string Basis { get; init; }
    public required double Confidence { get; init; }
    public required bool Active { get; init; }
    public required int AlertCount { get; init; }
    public required bool Restricted { get; init; }
    public required string Source { get; init; }
    public required string Assignee { get; init; }
    public required string Handler { get; init; }
    public required IReadOnlyList<string> Receivers { get; init; }
    public required string Asked { get; init; }
    public required string AskedBy { get; init; }
    public required string Limit { get; init; }
    public required DateTimeOffset? DueAt { get; init; }
    public required int EscalationLevel { get; init; }
    public required bool Overdue { get; init; }
    public required int Returns { get; init; }
    public required int Reworks { get; init; }
    public required string? ReopenOf { get; init; }
    public required string? MergedInto { get; init; }
    public required string Outcome { get; init; }
    public required int Rating { get; init; }
    public required DateTimeOffset? AcceptedAt { get; init; }
    public required DateTimeOffset? HandledAt { get; init; }
    public required DateTimeOffset? ClosedAt { get; init; }
    public required IReadOnlyList<string> Devices { get; init; }
    public required IReadOnlyList<InputView> Inputs { get; init; }
    public required IReadOnlyList<CommandView> Commands { get; init; }
    public required IReadOnlyList<WhistleView> Whistles { get; init; }

    public static CaseView Of(GridCase c, Clock clock, string language)
    {
        var type = AnomalyTypes.TitleOf(c.Type);
        return new CaseView
        {
            Id = c.Id,
            Type = c.Type,
            TypeZh = type.Zh,
            TypeEn = type.En,
            Severity = c.Severity,
            State = c.State,
            Title = c.Title.For(language),
            TitleZh = c.Title.Zh,
            TitleEn = c.Title.En,
            ExplanationZh = c.Explanation.Zh,
            ExplanationEn = c.Explanation.En,
            Place = c.PlaceId,
            PlaceTitleZh = c.PlaceTitle.Zh,
            PlaceTitleEn = c.PlaceTitle.En,
            Zone = c.Zone,
            Longitude = c.Longitude,
            Latitude = c.Latitude,
            Grid = c.GridCode,
            DedicatedGrids = c.DedicatedGrids,
            OpenedAt = clock.At(c.OpenedAtMs),
            OccurredAt = clock.At(c.OccurredAtMs),
            UpdatedAt = clock.At(c.UpdatedAtMs),
            Version = c.Version,
            Open = c.IsOpen,
            Sim = c.Sim,
            Rule = c.Rule,
            RuleVersion = c.RuleVersion,
            Basis = c.Basis,
            Confidence = c.Confidence,
            Active = c.Active,
            AlertCount = c.AlertCount,
            Restricted = c.Restricted,
            Source = c.Source,
            Assignee = c.Assignee,
            Handler = c.Handler,
            Receivers = c.Receivers,
            Asked = c.Asked,
            AskedBy = c.AskedBy,
            Limit = c.Limit,
            DueAt = clock.AtOrNull(c.DueAtMs),
            EscalationLevel = c.EscalationLevel,
            Overdue = c.Overdue,
            Returns = c.Returns,
            Reworks = c.Reworks,
            ReopenOf = c.ReopenOf,
            MergedInto = c.MergedInto,
            Outcome = c.Outcome,
            Rating = c.Rating,
            AcceptedAt = clock.AtOrNull(c.AcceptedAtMs),
            HandledAt = clock.AtOrNull(c.HandledAtMs),
            ClosedAt = clock.AtOrNull(c.ClosedAtMs),
            Devices = c.Devices,
            Inputs = [.. c.Inputs.Select(i => InputView.Of(i, clock))],
            Commands = [.. c.Commands.Select(k => new CommandView(
                k.Id, k.DeviceId, k.Name, k.State, clock.At(k.RequestedAtMs), clock.AtOrNull(k.AcknowledgedAtMs)))],
            Whistles = [.. c.Whistles.Select(w => new WhistleView(
                w.Department, clock.At(w.CalledAtMs), clock.AtOrNull(w.CheckedInAtMs), clock.AtOrNull(w.CheckedOutAtMs), w.Result))],
        };
    }
}

/// <summary>A reading or event that took part, against its threshold.</summary>
internal sealed record InputView(
    string Device, string Channel, DateTimeOffset At, double? Value, string Unit, string Comparison, double? Threshold, string? Snapshot)
{
    public static InputView Of(AlertInput i, Clock clock) =>
        new(i.DeviceId, i.Channel, clock.At(i.AtMs), Numbers.Finite(i.Value), i.Unit, i.Comparison, i.Threshold, i.Snapshot);
}

/// <summary>An order to a device.</summary>
internal sealed record CommandView(string Id, string Device, string Name, string State, DateTimeOffset RequestedAt, DateTimeOffset? AcknowledgedAt);

/// <summary>A department called by whistle.</summary>
internal sealed record WhistleView(string Department, DateTimeOffset CalledAt, DateTimeOffset? CheckedInAt, DateTimeOffset? CheckedOutAt, string Result);
