namespace Hub.Commands;

/// <summary>A bar on a terminal, a plain line now and then elsewhere.</summary>
internal sealed class ProgressLine(string what, TimeProvider clock) : IDisposable
{
    private const int Width = 30;
    private readonly bool terminal = !Console.IsOutputRedirected;
    private readonly long began = clock.GetTimestamp();
    private long told = clock.GetTimestamp();
    private bool any;

    /// <param name="share">0 to 1.</param>
    /// <param name="detail">What there is to say beside the bar.</param>
    public void Report(double share, string detail)
    {
        if (share < 1 && any && clock.GetElapsedTime(told) < (terminal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(3))) return;
        told = clock.GetTimestamp();
        any = true;
        share = Math.Clamp(share, 0, 1);
        var full = (int)(share * Width);
        var line = $"  {what} {share,4:P0}  {detail}, {clock.GetElapsedTime(began).TotalSeconds:F0} s";
        if (terminal) Console.Write($"\r  [{new string('#', full)}{new string('.', Width - full)}]{line}   ");
        else Console.WriteLine(line);
    }

    public void Dispose()
    {
        if (terminal && any) Console.WriteLine();
    }
}
