using System.Buffers;
using Hub.Rules.Detectors;
using Hub.Rules.Detectors.Bank;
using Hub.Rules.Engine;
using Hub.Rules.Packs;

namespace Hub.Rules;

/// <summary>Rules change between two records. What did not change keeps its state where it lies, so the lane stands still only for what did.</summary>
public sealed partial class RuleEngine
{
    /// <summary>Goes on under changed rules, between two records of the journal.</summary>
    /// <returns>The engine to go on with; this one must not be used any more unless it is the same.</returns>
    /// <remarks>Rules whose text did not change keep everything; of a changed one the open alerts live on and its conditions begin anew.</remarks>
    public RuleEngine Under(RuleBook changed)
    {
        if (!changed.SharesChannels(book) || !changed.Zone.Equals(book.Zone)) return Anew(changed);
        var before = book;
        var known = before.Compiled.ToDictionary(r => r.Id, StringComparer.Ordinal);
        var (oldKeys, oldFlood, oldTraced) = (keys, flood, tracedMs);
        var reborn = new List<(CompiledRule Rule, byte[] State)>();
        book = changed;
        world.Workdays = changed.Workdays;
        (keys, flood, tracedMs) = Empty(changed);
        foreach (var rule in changed.Compiled)
        {
            if (!known.Remove(rule.Id, out var old)) continue;
            if (!Same(old, rule)) reborn.Add((rule, OpenOf(oldKeys[old.Index].Values)));
            else (keys[rule.Index], flood[rule.Index], tracedMs[rule.Index]) = (oldKeys[old.Index], oldFlood[old.Index], oldTraced[old.Index]);
        }

        KeepKeys();
        foreach (var plan in plans.Values) Replan(plan, changed);
        bank = bank.Under(changed.Detectors, Devices());
        outage = WatchUnder(before);
        foreach (var (rule, state) in reborn)
        {
            var reader = new StateReader(state);
            RestoreRule(rule, ref reader, changed: true, FormatVersion);
        }

        noted = default;
        heldChanged = true;
        ShowHeld();
        return this;
    }

    private static bool Same(CompiledRule a, CompiledRule b) => string.Equals(a.Id, b.Id, StringComparison.Ordinal) && string.Equals(a.Hash, b.Hash, StringComparison.Ordinal);

    // Other channels or another time zone: nothing can be taken over by reference.
    private RuleEngine Anew(RuleBook changed)
    {
        var state = new ArrayBufferWriter<byte>();
        Save(state);
        var engine = new RuleEngine(changed, world.Directory, maker.Lane, options) { Asked = Asked };
        engine.Restore(state.WrittenSpan);
        (engine.observations, engine.readings, engine.late, engine.suspect, engine.suppressed, engine.refusedKeys) = (observations, readings, late, suspect, suppressed, refusedKeys);
        engine.maker.Counted(maker.Count);
        engine.world.DivisionsByZero = world.DivisionsByZero;
        return engine;
    }

    // The keys of one rule as a snapshot would hold them, but only those whose alert is open: conditions of a changed rule begin anew.
    private static byte[] OpenOf(IEnumerable<KeyState> ofRule)
    {
        var writer = new StateWriter();
        new FloodGuard(new EngineOptions()).Write(writer);
        var open = ofRule.Where(k => k.Open).ToList();
        writer.Int(open.Count);
        foreach (var key in open)
        {
            var inner = writer.Begin();
            key.Write(writer);
            writer.End(inner);
        }

        return writer.Written.ToArray();
    }

    // Keys whose rule is gone or changed leave the lists of what is open and of what waits; all others learn the new object of their rule.
    private void KeepKeys()
    {
        keyCount = 0;
        foreach (var rule in book.Compiled)
        {
            foreach (var key in keys[rule.Index].Values) key.Rule = rule;
            keyCount += keys[rule.Index].Count;
            if (flood[rule.Index].ShadowedMs is > 0 and var since) rule.Ledger.Shadowed(since);
        }

        world.CloseWhere(key => !InForce(key));
        timers.Renumber(InForce);
    }

    private bool InForce(KeyState key) => key.Rule.Index < book.Compiled.Count && ReferenceEquals(book.Compiled[key.Rule.Index], key.Rule);

    private void Replan(KindPlan plan, RuleBook changed)
    {
        var next = new KindPlan(plan.Kind, changed, changed.ChannelCount);
        var from = new int[next.Rules.Count];
        for (var r = 0; r < from.Length; r++) from[r] = plan.Rules.FindIndex(p => Same(p.Rule, next.Rules[r].Rule));
        var moved = refusedKeys > 0 || from.Length != plan.Rules.Count || from.Where((old, r) => old != r && old >= 0).Any();
        int[] edited = moved ? [] : [.. Enumerable.Range(0, from.Length).Where(r => from[r] < 0)];
        int[] slots = [.. next.Slots.Select(c => plan.Slots.IndexOf(c))];
        int[] spans = [.. next.Windows.Select(w => plan.Windows.IndexOf(w))];
        var reshaped = !plan.Slots.SequenceEqual(next.Slots) || !plan.Windows.SequenceEqual(next.Windows);
        var levels = !plan.NeighbourLevels.SetEquals(next.NeighbourLevels);
        if (moved || reshaped || edited.Length > 0)
        {
            foreach (var device in Devices())
            {
                if (!ReferenceEquals(device.Plan, plan)) continue;
                if (reshaped) device.Reshape(slots, spans);
                if (moved) device.Reseat(from, next.Words);
                foreach (var rule in edited) device.Forget(rule);
            }
        }

        plan.Become(next);
        if (!levels) return;
        foreach (var device in Devices()) if (ReferenceEquals(device.Plan, plan) && device.KeyedPlace is not null) world.Settle(device);
    }

    private OutageWatch WatchUnder(RuleBook before)
    {
        var (old, now) = (OutageWatch.RuleOf(before.Compiled), OutageWatch.RuleOf(book.Compiled));
        if (old is not null && now is not null && Same(old, now))
        {
            outage.Under(now);
            return outage;
        }

        var writer = new StateWriter();
        outage.Save(writer);
        world.ForgetLost();
        foreach (var device in Devices()) device.Outage = null;
        var watch = new OutageWatch(book.Compiled, world, frame, maker, suppressions, options.Owns);
        var reader = new StateReader(writer.Written);
        watch.Restore(ref reader, StateOrNull, FormatVersion);
        foreach (var device in Devices()) watch.Resume(device);
        return watch;
    }

    private IEnumerable<DeviceState> Devices()
    {
        foreach (var device in devices) if (device is not null) yield return device;
    }
}
