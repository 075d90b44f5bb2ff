using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Ports;
using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules;

/// <summary>From the truth of conditions to the life of an alert: raised, strengthened, cleared.</summary>
public sealed partial class RuleEngine
{
    private const long HourMs = 3_600_000;
    private const long BeginsAnewMs = 300_000;
    private const long OtherDeviceMs = 120_000;

    private void Evaluate(KeyState key, List<Alert> alerts, bool onlyP1)
    {
        var rule = key.Rule;
        var stateful = rule.Stateful;
        for (var i = 0; i < stateful.Length; i++) stateful[i].Update(frame, key.Nodes[i] ??= stateful[i].NewState());

        var holding = 0UL;
        for (var i = 0; i < rule.Steps.Length; i++)
            if ((!onlyP1 || rule.Steps[i].Severity == Severity.P1) && rule.Steps[i].When.IsTrue(frame)) holding |= 1UL << i;

        var silentMs = frame.NowMs - key.LastTrueMs;
        if (holding != 0)
        {
            key.LastTrueMs = Math.Max(key.LastTrueMs, frame.NowMs);
            key.Sim |= frame.Seen?.Sim ?? false;
        }

        if (!key.Open)
        {
            if (holding != 0) Raise(key, holding, alerts);
            else if (world.NowMs - tracedMs[rule.Index] >= options.TraceSeconds * 1000L) TraceRejection(key);
            if (Asked is not null) Answer(key, holding, wasOpen: false);
        }
        else
        {
            if (!Strengthen(key, holding, alerts) && IsFresh(key, holding, silentMs)) Give(AlertSignal.Raised, key, StepOf(key), alerts);
            Clear(key, holding, alerts);
            if (key is { Open: true, HeldBy: not null }) Release(key, alerts);
            if (Asked is not null) Answer(key, holding, wasOpen: true);
        }

        SetTimer(key);
        key.Sleep(Rests(key));
    }

    // From here on a message that stirs nothing would find the key as it is now and leave it so.
    private static bool Rests(KeyState key)
    {
        var rule = key.Rule;
        if (key.Open || key.DueMs != long.MaxValue || rule.Stirs is null) return false;
        for (var i = 0; i < rule.Stateful.Length; i++) if (!rule.Stateful[i].Rests(key.Nodes[i]!)) return false;
        return true;
    }

    private void Raise(KeyState key, ulong holding, List<Alert> alerts)
    {
        var step = Strongest(key.Rule, holding);
        key.Open = true;
        key.Fired = holding;
        key.Severity = (int)step.Severity;
        key.OpenType = step.Type;
        key.RaisedAtMs = frame.NowMs;
        key.ClearSinceMs = long.MinValue;
        world.Opened(key);
        if (HoldsBack(key, step) is { } by) HoldBack(key, by);
        else GiveRaised(key, step, alerts);
        RememberRaised(key);
    }

    private bool Strengthen(KeyState key, ulong holding, List<Alert> alerts)
    {
        var fresh = holding & ~key.Fired;
        if (fresh == 0) return false;
        key.Fired |= holding;
        var step = Strongest(key.Rule, fresh);
        var worse = (int)step.Severity < key.Severity;
        var surer = (int)step.Severity == key.Severity && !string.Equals(step.Type, key.OpenType, StringComparison.Ordinal);
        if (!worse && !surer) return false;
        key.Severity = (int)step.Severity;
        world.Retype(key, step.Type);
        var passes = SuppressionList.Passes(key.Rule, step);
        if (key.HeldBy is not null && !passes) return true;
        // Nobody has heard of it yet, or only on trial: now it is raised.
        if (key.HeldBy is not null || (key.Shadowed && passes)) GiveRaised(key, step, alerts);
        else Give(AlertSignal.Strengthened, key, step, alerts);
        return true;
    }

    // People may have dismissed what was told first: a P1 that begins anew, or at another device, is told again while the first one's alert lives on.
    private bool IsFresh(KeyState key, ulong holding, long silentMs) =>
        frame.Seen is not null && key is { HeldBy: null, Severity: (int)Severity.P1 } && holding != 0 && Strongest(key.Rule, holding).Severity == Severity.P1
        && (silentMs >= BeginsAnewMs || (frame.NowMs - key.ToldMs >= OtherDeviceMs && !string.Equals(key.ToldOf, frame.Device?.Device.Id, StringComparison.Ordinal)));

    private void Clear(KeyState key, ulong holding, List<Alert> alerts)
    {
        var clear = key.Rule.Clear;
        if (clear.When is null)
        {
            if (holding == 0 && frame.NowMs - key.LastTrueMs >= clear.ForMs) Close(key, alerts);
            return;
        }

        // On a tick a shared key has no device to ask: what was last said stands, until a message denies it.
        var stands = frame.Device is null && key.ClearSinceMs != long.MinValue;
        if (holding != 0 || (!stands && !clear.When.IsTrue(frame)))
        {
            // A message that says nothing about it does not stop the step-down clock; one that denies it does.
            if (holding != 0 || frame.Concerns(clear.When.Locals, clear.When.Events) || (frame.Seen is null && frame.Device is not null)) key.ClearSinceMs = long.MinValue;
            return;
        }

        if (key.ClearSinceMs == long.MinValue) key.ClearSinceMs = frame.NowMs;
        if (frame.NowMs - key.ClearSinceMs >= clear.ForMs) Close(key, alerts);
    }

    private void Close(KeyState key, List<Alert> alerts)
    {
        if (key.HeldBy is null) Give(AlertSignal.Cleared, key, StepOf(key), alerts);
        else LetGo(key);
        world.Closed(key);
        key.Open = false;
        key.Fired = 0;
        key.Severity = 0;
        key.OpenType = null;
        key.Sim = false;
        key.Shadowed = false;
        key.ClearSinceMs = long.MinValue;
    }

    private void SetTimer(KeyState key)
    {
        var due = long.MaxValue;
        var stateful = key.Rule.Stateful;
        for (var i = 0; i < stateful.Length; i++) due = Math.Min(due, stateful[i].DueMs(frame, key.Nodes[i]!));
        if (key.Open)
        {
            if (key.Rule.Clear.When is null) due = Math.Min(due, key.LastTrueMs + key.Rule.Clear.ForMs);
            else if (key.ClearSinceMs != long.MinValue) due = Math.Min(due, key.ClearSinceMs + key.Rule.Clear.ForMs);
            if (key.HeldBy is not null) due = Math.Min(due, ReleaseDueMs(key));
        }

        if (due == long.MaxValue && key.DueMs == long.MaxValue) return;
        timers.Set(key, due == long.MaxValue ? due : Math.Max(due, frame.NowMs + 1));
    }

    private void GiveRaised(KeyState key, RuleStep step, List<Alert> alerts)
    {
        var heldSince = key.HeldBy is null ? 0 : key.RaisedAtMs;
        if (key.HeldBy is not null) LetGo(key);
        key.Shadowed = flood[key.Rule.Index].ShadowedMs != 0 && !SuppressionList.Passes(key.Rule, step);
        Give(AlertSignal.Raised, key, step, alerts, heldSince);
    }

    private void Give(AlertSignal signal, KeyState key, RuleStep step, List<Alert> alerts, long heldSince = 0)
    {
        (key.ToldMs, key.ToldOf) = (frame.NowMs, frame.Device?.Device.Id);
        var window = signal == AlertSignal.Cleared ? null : suppressions.Around(key, step, frame.Device?.Device);
        var alert = maker.Make(signal, key, step, frame, window: window, heldSince: heldSince);
        alerts.Add(alert);
        Note(key, signal.ToString().ToLowerInvariant(), alert.Explanation.En, alert: true);
    }

    private static RuleStep Strongest(CompiledRule rule, ulong steps)
    {
        RuleStep? best = null;
        for (var i = 0; i < rule.Steps.Length; i++)
            if ((steps >> i & 1) != 0 && (best is null || rule.Steps[i].Severity <= best.Severity)) best = rule.Steps[i];
        return best!;
    }

    private static RuleStep StepOf(KeyState key)
    {
        for (var i = key.Rule.Steps.Length - 1; i >= 0; i--)
        {
            var step = key.Rule.Steps[i];
            if ((int)step.Severity == key.Severity && string.Equals(step.Type, key.OpenType, StringComparison.Ordinal)) return step;
        }

        return key.Rule.Steps[0];
    }

    private bool Flapping(KeyState key)
    {
        if (frame.NowMs - key.HourStartMs >= HourMs)
        {
            key.HourStartMs = frame.NowMs;
            key.RaisesInHour = 0;
        }

        return ++key.RaisesInHour > options.MaxRaisesPerKeyPerHour;
    }

    private bool Flooding(CompiledRule rule)
    {
        var guard = flood[rule.Index];
        var before = guard.ShadowedMs;
        var flooding = guard.Flooding(world.NowMs);
        if (guard.ShadowedMs != before) rule.Ledger.Shadowed(guard.ShadowedMs);
        return flooding;
    }
}
