namespace Hub.Rules.Detectors.Charging;

/// <summary>Log-odds [nats] that a load of that shape is a charger.</summary>
internal delegate double ShapeOdds(in ChargeShape shape);

/// <summary>Logistic regression from a load's shape to the log-odds that it is an e-bike charger.</summary>
/// <remarks>
/// Fitted by <c>bench charger-fit</c> on days composed from single appliances (tracebase, ODbL) with and without a simulated charger of 60–520 W or a
/// charge of the measured form; see docs/detection.md for what was fitted on what, and how well it holds on appliances it never saw.
/// </remarks>
internal static class ChargerModel
{
    private static readonly double[] weights =
    [
        -0.0756, -0.5684, 2.8228, 2.874, -0.6737, -1.0641, 0.0691, -7.3343, -0.1477, 1.1422, -5.9617, -11.367, 0.8826, -1.5266, -1.9614, -0.3045, -3.6945, 10.9443,
    ];

    private const double Constant = 1.3291;

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
