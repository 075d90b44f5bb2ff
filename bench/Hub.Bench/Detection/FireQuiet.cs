using System.Globalization;
using Hub.Rules.Detectors;

namespace Hub.Bench.Detection;

/// <summary>Where the fire detector must stay silent: real rooms and machines, and a simulated year of what warms, steams and clouds a home.</summary>
internal static class FireQuiet
{
    public static void Run(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "office_occupancy"), "*.gz").Order(StringComparer.Ordinal))
            Recorded(path, "time_local", 0, "temperature_c", "humidity_pct");
        foreach (var path in Directory.EnumerateFiles(Path.Combine(folder, "nab"), "*temperature*.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            Recorded(path, "timestamp", 0, "value", "");
        foreach (var sensor in new[] { "temp1_c", "temp2_c", "temp3_c", "temp4_c" })
            Recorded(Path.Combine(folder, "room_people_count", "dev.csv.gz"), "time_local", 0, sensor, "");
        Recorded(Path.Combine(folder, "smoke_iot_reduced", "smoke_sessions.csv.gz"), "", 1, "temperature_c", "humidity_pct");
        foreach (var everyS in new[] { 1, 10, 60 }) Simulated(everyS);
    }

    private static void Recorded(string path, string time, int everyS, string temperature, string humidity)
    {
        if (!File.Exists(path)) return;
        var table = Table.Read(path);
        var detector = Detectors.Find("fire")!.Create();
        var (alarms, top) = (0, double.NegativeInfinity);
        for (var i = 0; i < table.Rows; i++)
        {
            var at = time.Length == 0 ? i * everyS * 1000L : DateTimeOffset.Parse(table.Text(i, time), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
            var finding = detector.Observe(at, [table.Number(i, temperature), double.NaN, double.NaN, humidity.Length == 0 ? double.NaN : table.Number(i, humidity)]);
            top = Math.Max(top, finding.Score);
            if (!finding.Alarm) continue;
            alarms++;
            Console.WriteLine($"    {Path.GetFileName(path)} row {i}: {detector.Explain()}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"no fire: {Path.GetFileName(path)} {temperature}: {table.Rows:N0} rows, {alarms} alarms, highest score {top:0.0}"));
    }

    // Thirty days, each with two showers, three cooked meals, the sun on the head for half an hour, heating that starts and a window that opens.
    private static void Simulated(int everyS)
    {
        var chance = new Random(7);
        var detector = Detectors.Find("fire")!.Create();
        var (alarms, top) = (0, double.NegativeInfinity);
        double heating = 0, sun = 0, kitchen = 0, steam = 0, haze = 0, window = 0;
        for (var s = 0; s < 30 * 86_400; s += everyS)
        {
            var hour = s % 86_400 / 3600.0;
            heating = Toward(heating, hour is > 6 and < 8 or > 17 and < 22 ? 5 : 0, everyS, 240);
            sun = Toward(sun, hour is > 10 and < 10.5 ? 14 : 0, everyS, 420);
            kitchen = Toward(kitchen, hour is > 7.2 and < 7.4 or > 12 and < 12.4 or > 18 and < 18.6 ? 4 : 0, everyS, 120);
            steam = Toward(steam, hour is > 6.5 and < 6.7 or > 21.5 and < 21.7 ? 45 : 0, everyS, 90);
            haze = Toward(haze, hour is > 12.2 and < 12.3 or > 18.2 and < 18.35 ? 0.06 : 0, everyS, 60);
            window = Toward(window, hour is > 9 and < 9.3 ? -6 : 0, everyS, 180);
            var temperature = 21 + (3 * Math.Sin((hour - 9) / 24 * 2 * Math.PI)) + heating + sun + kitchen + window + (0.08 * steam) + (0.1 * Normal(chance));
            var smoke = Math.Max(0, 0.005 + haze + (0.0015 * steam) + (0.004 * Normal(chance)));
            var monoxide = Math.Max(0, 1 + (haze > 0.03 ? 6 : 0) + (0.8 * Normal(chance)));
            var humidity = Math.Clamp(45 + steam + (0.5 * Normal(chance)), 0, 100);
            var finding = detector.Observe(s * 1000L, [temperature, smoke, monoxide, humidity]);
            top = Math.Max(top, finding.Score);
            if (!finding.Alarm) continue;
            alarms++;
            Console.WriteLine($"    day {s / 86_400} hour {hour:0.00}: {detector.Explain()}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"no fire: simulated home, 30 days every {everyS} s: {alarms} alarms, highest score {top:0.0}"));
    }

    private static double Toward(double from, double to, double stepS, double tauS) => from + ((1 - Math.Exp(-stepS / tauS)) * (to - from));

    private static double Normal(Random chance) => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
}
