namespace Hub.Rules;

/// <summary>What the engine did, and what it takes of memory.</summary>
public sealed partial class RuleEngine
{
    private long detectorBytes;
    private long savedBytes;

    /// <summary>What it did and what it holds. Goes through all keys; between records only.</summary>
    public EngineFigures Figures => Standing().Figures;

    /// <summary>What it takes of memory, and by whom. Goes through all keys; between records only.</summary>
    public EngineStanding Standing()
    {
        var deviceBytes = 0L;
        foreach (var device in Devices()) deviceBytes += device.Bytes;
        var rules = new RuleStanding[keys.Length];
        var bytes = deviceBytes;
        for (var r = 0; r < rules.Length; r++)
        {
            var ofRule = 0L;
            foreach (var key in keys[r].Values) ofRule += key.Bytes;
            rules[r] = new RuleStanding(book.Compiled[r].Id, keys[r].Count, ofRule);
            bytes += ofRule;
        }

        var figures = new EngineFigures(observations, readings, maker.Count, late, suspect, suppressed + outage.Inhibited, world.DivisionsByZero, refusedKeys,
            deviceCount, keyCount, timers.Count, world.Open.Count + outage.Open, bytes);
        return new EngineStanding(figures, options.MaxKeys, deviceBytes, bank.Keys, detectorBytes, savedBytes, rules);
    }
}
