namespace Hub.Rules;

/// <summary>What one lane's engine did since it was made, and what it holds now.</summary>
/// <param name="Observations">Observations judged.</param>
/// <param name="Readings">Readings in them.</param>
/// <param name="Alerts">Alerts given out.</param>
/// <param name="Late">Late observations; only rules that can reach P1 judged them.</param>
/// <param name="Suspect">Readings of broken sensors; none of them met a threshold.</param>
/// <param name="Suppressed">Alerts held back: flapping keys, flooding rules, children of an outage.</param>
/// <param name="DivisionsByZero">Divisions by zero in expressions; each made its condition false.</param>
/// <param name="RefusedKeys">Keys not made because a limit was reached.</param>
/// <param name="Devices">Devices with state.</param>
/// <param name="Keys">Rule keys with state.</param>
/// <param name="Timers">Timers that wait.</param>
/// <param name="Open">Alerts raised and not yet cleared.</param>
/// <param name="Bytes">Estimate of the memory all this takes.</param>
public readonly record struct EngineFigures(
    long Observations, long Readings, long Alerts, long Late, long Suspect, long Suppressed, long DivisionsByZero, long RefusedKeys,
    int Devices, int Keys, int Timers, int Open, long Bytes);

/// <summary>What a lane's engine takes of memory, and by whom.</summary>
/// <param name="Figures">All of it, and what the engine did.</param>
/// <param name="MaxKeys">Keys it may hold at most.</param>
/// <param name="DeviceBytes">Newest values and windows of devices, an estimate of the memory they take.</param>
/// <param name="DetectorKeys">Detectors with state, each of one device.</param>
/// <param name="DetectorBytes">Their state as it was saved last.</param>
/// <param name="SavedBytes">The last snapshot.</param>
/// <param name="Rules">Keys of each rule.</param>
public sealed record EngineStanding(
    EngineFigures Figures, int MaxKeys, long DeviceBytes, int DetectorKeys, long DetectorBytes, long SavedBytes, IReadOnlyList<RuleStanding> Rules);

/// <summary>What the keys of one rule take.</summary>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Keys">Keys with state.</param>
/// <param name="Bytes">Estimate of the memory they take.</param>
public readonly record struct RuleStanding(string Rule, int Keys, long Bytes);
