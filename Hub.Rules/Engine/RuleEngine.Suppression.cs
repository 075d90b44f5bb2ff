using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules;

/// <summary>Alerts that are held back: their keys live on in silence, and go out when nothing holds them any more.</summary>
public sealed partial class RuleEngine
{
    internal const string Flap = "flapping";
    internal const string Flood = "flood";

    private const int MostHeldShown = 1_000;

    private IReadOnlyList<HeldAlert> held = [];
    private bool heldChanged;

    /// <summary>What is held back, as of the last tick. Any thread.</summary>
    public IReadOnlyList<HeldAlert> Held => Volatile.Read(ref held);

    /// <summary>A list of suppressions as the journal and <see cref="Suppress"/> take it.</summary>
    public static byte[] Write(IEnumerable<Suppression> suppressions) => SuppressionList.Write(suppressions);

    /// <summary>From here on these suppressions hold and no others.</summary>
    /// <param name="written">From <see cref="Write"/>, as text.</param>
    /// <param name="atMs">Time of the record that said so, milliseconds since 1970-01-01 UTC.</param>
    public void Suppress(string written, long atMs)
    {
        world.NowMs = Math.Max(world.NowMs, atMs);
        suppressions.Replace(written);
        // Each is asked at the next tick: in the order of timers, which a restart does not change.
        foreach (var key in world.Open)
            if (key.HeldBy is not null && key.DueMs > world.NowMs + 1) timers.Set(key, world.NowMs + 1);
    }

    // What keeps an alert from going out, or null. Conditions have been judged; nothing here can change them.
    private string? HoldsBack(KeyState key, RuleStep step)
    {
        if (SuppressionList.Passes(key.Rule, step)) return null;
        if (suppressions.Holding(key, step, frame.Device?.Device) is { } suppression) return suppression.Id;
        if (Flapping(key)) return Flap;
        return Flooding(key.Rule) ? Flood : null;
    }

    private void HoldBack(KeyState key, string by)
    {
        key.HeldBy = by;
        suppressed++;
        heldChanged = true;
        Note(key, "suppressed", by, alert: false);
    }

    private void LetGo(KeyState key)
    {
        key.HeldBy = null;
        heldChanged = true;
    }

    // Asked whenever a held key is judged, by a message or by its timer.
    private void Release(KeyState key, List<Alert> alerts)
    {
        var step = StepOf(key);
        switch (key.HeldBy)
        {
            case Flap when frame.NowMs - key.HourStartMs < HourMs: return;
            case Flap: (key.HourStartMs, key.RaisesInHour) = (frame.NowMs, 1); break;
            case Flood when Flooding(key.Rule): return;
            case Flood: break;
            default:
                if (suppressions.StillHolds(key.HeldBy!, key)) return;
                break;
        }

        if (suppressions.Holding(key, step, frame.Device?.Device) is { } next)
        {
            key.HeldBy = next.Id;
            heldChanged = true;
            return;
        }

        GiveRaised(key, step, alerts);
    }

    private long ReleaseDueMs(KeyState key) => key.HeldBy switch
    {
        Flap => key.HourStartMs + HourMs,
        Flood => ((world.NowMs / 60_000) + 1) * 60_000,
        _ => suppressions.AskAgainMs(key.HeldBy!),
    };

    private void ShowHeld()
    {
        if (!heldChanged) return;
        heldChanged = false;
        var keysHeld = world.Open.Concat(outage.HeldKeys).Where(k => k.HeldBy is not null).OrderBy(k => k.Rule.Index).ThenBy(k => k.Name, StringComparer.Ordinal).Take(MostHeldShown);
        HeldAlert[] shown = [.. keysHeld.Select(k => new HeldAlert(k.Rule.Id, k.OpenType ?? k.Rule.Type, (Severity)k.Severity, k.PlaceId, k.Device?.Device.Id ?? "", k.RaisedAtMs, k.HeldBy!))];
        Volatile.Write(ref held, shown);
    }
}
