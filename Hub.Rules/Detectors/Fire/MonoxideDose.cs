using Hub.Rules.Engine;

namespace Hub.Rules.Detectors.Fire;

/// <summary>Carbon monoxide by dose, as domestic alarms judge it: 50 ppm for an hour, 100 ppm for ten minutes, 300 ppm for three.</summary>
/// <remarks>EN 50291-1 sets 60–90, 10–40 and at most 3 minutes. Reading gaps of more than ten minutes begin anew.</remarks>
internal struct MonoxideDose
{
    private long beforeMs;
    private long over50Ms;
    private long over100Ms;
    private long over300Ms;

    public bool Take(long atMs, double ppm)
    {
        var stepMs = atMs - beforeMs is > 0 and <= 600_000 ? atMs - beforeMs : 0;
        beforeMs = atMs;
        over50Ms = ppm >= 50 ? over50Ms + stepMs : 0;
        over100Ms = ppm >= 100 ? over100Ms + stepMs : 0;
        over300Ms = ppm >= 300 ? over300Ms + stepMs : 0;
        return over50Ms >= 3_600_000 || over100Ms >= 600_000 || over300Ms >= 180_000;
    }

    public readonly void Save(StateWriter state)
    {
        state.Long(beforeMs);
        state.Long(over50Ms);
        state.Long(over100Ms);
        state.Long(over300Ms);
    }

    public void Restore(ref StateReader state)
    {
        beforeMs = state.Long();
        over50Ms = state.Long();
        over100Ms = state.Long();
        over300Ms = state.Long();
    }
}
