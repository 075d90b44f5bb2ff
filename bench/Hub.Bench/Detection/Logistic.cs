namespace Hub.Bench.Detection;

/// <summary>Logistic regression by Newton's method, figures standardised, small ridge.</summary>
internal static class Logistic
{
    public static (double[] Weights, double Constant) Fit(List<(double[] X, bool Y, double Weight)> samples, double ridge = 6)
    {
        var d = samples[0].X.Length;
        var mean = new double[d];
        var deviation = new double[d];
        foreach (var (x, _, _) in samples) for (var j = 0; j < d; j++) mean[j] += x[j] / samples.Count;
        foreach (var (x, _, _) in samples) for (var j = 0; j < d; j++) deviation[j] += (x[j] - mean[j]) * (x[j] - mean[j]) / samples.Count;
        for (var j = 0; j < d; j++) deviation[j] = Math.Sqrt(deviation[j]) + 1e-9;
        var w = new double[d + 1];
        var z = new double[d + 1];
        for (var round = 0; round < 30; round++)
        {
            var hessian = new double[d + 1, d + 1];
            var gradient = new double[d + 1];
            foreach (var (x, y, weight) in samples)
            {
                z[d] = 1;
                for (var j = 0; j < d; j++) z[j] = (x[j] - mean[j]) / deviation[j];
                var odds = 0.0;
                for (var j = 0; j <= d; j++) odds += w[j] * z[j];
                var p = 1 / (1 + Math.Exp(-Math.Clamp(odds, -30, 30)));
                var (error, curve) = (weight * (p - (y ? 1 : 0)), weight * Math.Max(p * (1 - p), 1e-6));
                for (var i = 0; i <= d; i++)
                {
                    gradient[i] += error * z[i];
                    for (var j = i; j <= d; j++) hessian[i, j] += curve * z[i] * z[j];
                }
            }

            for (var i = 0; i < d; i++)
            {
                hessian[i, i] += ridge;
                gradient[i] += ridge * w[i];
            }

            for (var i = 0; i <= d; i++) for (var j = 0; j < i; j++) hessian[i, j] = hessian[j, i];
            var step = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(hessian).Cholesky().Solve(MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(gradient));
            for (var j = 0; j <= d; j++) w[j] -= step[j];
            if (step.AbsoluteMaximum() < 1e-6) break;
        }

        var weights = new double[d];
        var constant = w[d];
        for (var j = 0; j < d; j++)
        {
            weights[j] = w[j] / deviation[j];
            constant -= w[j] * mean[j] / deviation[j];
        }

        return (weights, constant);
    }
}
