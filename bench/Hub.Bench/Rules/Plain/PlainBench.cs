using System.Diagnostics;
using System.Globalization;

namespace Hub.Bench.Rules.Plain;

/// <summary>Twenty threshold rules with a hold over one channel: what another engine can be asked to do as well. bench/rules-engines.sh sets them side by side.</summary>
internal static class PlainBench
{
    private const int RoundsForMemory = 20;

    /// <summary>Prints one line for the script; the columns are those of bench/engines/measure.mjs.</summary>
    public static int Run(string[] args)
    {
        var name = args.Length > 0 ? args[0] : "hub";
        var devices = Number(args, 1, 1_000);
        var cold = Number(args, 2, 100_000);
        var warm = Number(args, 3, 4_000_000);
        var tally = new RaiseTally();
        Action<int, int> judge;
        switch (name)
        {
            case "hub": judge = new HubEngine(devices * 2, tally).Judge; break;
            case "rx": judge = new RxEngine(tally).Judge; break;
            default: Console.Error.WriteLine($"no such engine '{name}'; there are hub and rx"); return 2;
        }

        var coldRate = Pass(judge, 0, cold, devices);
        var (coldRaised, coldDigest) = (tally.Count, tally.Digest);
        var warmRate = Pass(judge, cold, cold + warm, devices);
        var (warmRaised, warmDigest) = (tally.Count, tally.Digest);
        var bytes = BytesAKey(judge, devices, (cold + warm) / devices);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name} {coldRate:F0} {warmRate:F0} {bytes:F0} {coldRaised}/{coldDigest:x8} {warmRaised}/{warmDigest:x8}"));
        return 0;
    }

    /// <summary>Readings a second of processor time, of all threads: compiling and collecting count.</summary>
    private static double Pass(Action<int, int> judge, int from, int to, int devices)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (var i = from; i < to; i++) judge(i % devices, i / devices);
        process.Refresh();
        return (to - from) / (process.TotalProcessorTime - before).TotalSeconds;
    }

    /// <summary>What the heap gained, after a collection, by as many devices again: code is compiled by now and caches are filled, so only keys are new.</summary>
    private static double BytesAKey(Action<int, int> judge, int devices, int round)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < devices * RoundsForMemory; i++) judge(devices + (i % devices), round + (i / devices));
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / ((double)devices * PlainReadings.Rules);
    }

    private static int Number(string[] args, int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
}
