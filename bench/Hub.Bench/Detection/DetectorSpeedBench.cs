using System.Diagnostics;
using System.Globalization;
using Hub.Rules.Detectors;

namespace Hub.Bench.Detection;

/// <summary>What each detector costs: processor time an update, bytes a key, bytes allocated by updates.</summary>
internal static class DetectorSpeedBench
{
    private const int Keys = 2_000;
    private const int Rows = 400;

    public static int Run(string[] args)
    {
        foreach (var kind in Detectors.All)
        {
            if (args.Length > 0 && !args.Contains(kind.Name, StringComparer.Ordinal)) continue;
            kind.Create();
            GC.Collect();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var keys = new Detector[Keys];
            for (var k = 0; k < Keys; k++) keys[k] = kind.Create();
            var perKey = (GC.GetTotalMemory(forceFullCollection: true) - before - (8.0 * Keys)) / Keys;
            Feed(keys, 0, 50);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            using var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            Feed(keys, 50, Rows);
            process.Refresh();
            var ns = (process.TotalProcessorTime - cpu).TotalNanoseconds / ((Rows - 50.0) * Keys);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind.Name,-14} {perKey,6:F0} bytes a key, {ns,6:F0} ns of processor time an update, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / ((Rows - 50.0) * Keys):F3} bytes allocated"));
        }

        return 0;
    }

    private static void Feed(Detector[] keys, int from, int to)
    {
        Span<double> row = stackalloc double[8];
        uint noise = 1;
        for (var i = from; i < to; i++)
        {
            for (var k = 0; k < keys.Length; k++)
            {
                noise = (noise * 1_664_525) + 1_013_904_223;
                for (var c = 0; c < 8; c++) row[c] = c == 0 ? noise >> 28 : double.NaN;
                keys[k].Observe(i * 60_000L, row[..keys[k].Channels.Length]);
            }
        }
    }
}
