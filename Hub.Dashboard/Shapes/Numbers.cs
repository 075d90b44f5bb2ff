namespace Hub.Dashboard.Shapes;

internal static class Numbers
{
    /// <summary>JSON knows no NaN and no infinity: null stands for both.</summary>
    public static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
