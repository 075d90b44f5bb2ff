using Hub.Core.Alerts;
using Hub.Core.Places;
using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules;

/// <summary>Rules about alerts that come again: judged in the same record in which such an alert is raised, so a restart in between changes nothing.</summary>
public sealed partial class RuleEngine
{
    // A rule may count what another such rule raises; this ends it should two count each other.
    private const int MostRaisedARecord = 256;

    private readonly List<(KeyState Key, DeviceState? Device, long AtMs)> justRaised = [];

    private void RememberRaised(KeyState key)
    {
        if (book.Counted.Contains(key.OpenType!)) justRaised.Add((key, frame.Device, frame.NowMs));
    }

    private void JudgeRaised(List<Alert> alerts)
    {
        if (justRaised.Count == 0) return;
        for (var i = 0; i < justRaised.Count && i < MostRaisedARecord; i++)
        {
            var (raised, device, atMs) = justRaised[i];
            world.JustRaised = raised;
            foreach (var rule in book.Compiled)
            {
                if (!rule.Scope.AsksRaised.Contains(raised.OpenType ?? "") || KeyAround(rule, raised) is not { } key || ReferenceEquals(key, KeyState.None)) continue;
                frame.Turn(device, null, atMs);
                frame.Turn(rule, key, device is null ? null : PlannedOf(device, rule));
                key.Sim |= raised.Sim;
                Evaluate(key, alerts, onlyP1: false);
            }
        }

        world.JustRaised = null;
        justRaised.Clear();
    }

    // The key of a rule that an alert at another key belongs to; null when it lies in no such place.
    private KeyState? KeyAround(CompiledRule rule, KeyState raised)
    {
        foreach (var level in rule.Levels)
        {
            if (level.Device && raised.Device is null) continue;
            if (level.Device) return Shared(rule, raised.PlaceId, null, raised.Device);
            if (level.Kind == PlaceKind.Unknown) return Shared(rule, raised.PlaceId, null, null);
            for (var path = raised.PlaceId; path.Length > 0; path = path[..Math.Max(path.LastIndexOf('/'), 0)])
                if (Place.KindOf(path) == level.Kind) return Shared(rule, path, null, null);
        }

        return null;
    }
}
