namespace Hub.Rules.Detectors.Charging;

/// <summary>Logistic regression from a load's shape to the log-odds that it is an e-bike charger.</summary>
/// <remarks>
/// Fitted by <c>bench charger-fit</c> on days composed from single appliances (tracebase, ODbL) with and without a simulated charger of 60–520 W or a
/// charge of the measured form; see docs/detection.md for what was fitted on what, and how well it holds on appliances it never saw.
/// </remarks>
internal static class ChargerModel
{
    private static readonly double[] weights =
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    private const double Constant = 0;

    /// <summary>Log-odds [nats].</summary>
    public static double Score(in ChargeShape shape)
    {
        var sum = Constant;
        for (var i = 0; i < ChargeShape.Count; i++) sum += weights[i] * shape[i];
        return Math.Clamp(sum, -12, 12);
    }

    /// <summary>Share of one figure in the log-odds.</summary>
    public static double Term(in ChargeShape shape, int figure) => weights[figure] * shape[figure];
}
