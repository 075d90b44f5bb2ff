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
