namespace Hub.Rules.Detectors.Inactivity;

/// <summary>
/// How long a silence may last, by the hour of the day in which it began. A limit costs the false alarms that silences like the earlier ones would give, and is worth the
/// hours in which somebody who falls would still be found within the goal. One price of a false alarm, the same for every hour, is sought at which the whole day costs the budget.
/// </summary>
/// <remarks>So the budget goes where it finds most: an hour whose silences are all over after seven hours gets a short limit, one from which people stay out for days is let be.</remarks>
internal sealed class SilenceLimits(InactivitySettings settings, SilenceBook book)
{
    private const int Steps = 20;
    private const double Cheapest = 1e-6;
    private const double Dearest = 1e6;

    // Beyond four standard deviations two hours of the day have nothing to do with each other.
    private const double Reach = 4;

    // Half hours to 12 h, hours to 30 h, three hours to the longest length that is remembered.
    private static readonly double[] grid = Grid();

    /// <summary>Shortest limit there is, hours; a shorter silence need not be looked at.</summary>
    public static double Shortest => grid[0];

    /// <summary>Limit of a silence that began in an hour of the day, hours.</summary>
    /// <remarks>Weighs every remembered silence against every candidate of the hours near it: some 0.2 ms of processor time. Ask once a silence.</remarks>
    public double Limit(int hour)
    {
        Span<double> cost = stackalloc double[SilenceBook.Hours * grid.Length];
        Span<double> worth = stackalloc double[SilenceBook.Hours * grid.Length];
        Weigh(cost, worth);
        Span<byte> chosen = stackalloc byte[SilenceBook.Hours];
        var (low, high) = (Math.Log(Cheapest), Math.Log(Dearest));
        for (var step = 0; step < Steps; step++)
        {
            var price = (low + high) / 2;
            if (Choose(Math.Exp(price), cost, worth, chosen) > settings.Budget) low = price;
            else high = price;
        }

        Choose(Math.Exp(high), cost, worth, chosen);
        return grid[chosen[hour]];
    }

    /// <summary>Silences a week, beginning in an hour of the day, that are expected to last longer.</summary>
    public double Longer(int hour, double length)
    {
        var sum = 0.0;
        for (var i = 0; i < book.Count; i++)
        {
            var (began, lasted, age) = book[i];
            var alike = Alike(hour, began);
            if (alike > 0) sum += Math.Pow(settings.Memory, age) * alike * Share(length, lasted);
        }

        return (sum + (settings.ClassWeeks * OfOthers(length))) / Weeks();
    }

    /// <summary>Whether silences that begin at two hours of the day are compared at all, and how alike they are: a share an hour.</summary>
    public double Alike(int hour, double began)
    {
        var apart = hour + 0.5 - began;
        apart -= SilenceBook.Hours * Math.Round(apart / SilenceBook.Hours);
        var z = apart / settings.BeginSpread;
        return Math.Abs(z) > Reach ? 0 : Math.Exp(-0.5 * z * z) / (settings.BeginSpread * Math.Sqrt(2 * Math.PI));
    }

    private void Weigh(Span<double> cost, Span<double> worth)
    {
        for (var i = 0; i < book.Count; i++)
        {
            var (began, lasted, age) = book[i];
            var weight = Math.Pow(settings.Memory, age);
            for (var hour = 0; hour < SilenceBook.Hours; hour++)
            {
                var alike = weight * Alike(hour, began);
                if (alike <= 0) continue;
                var at = hour * grid.Length;
                for (var j = 0; j < grid.Length; j++)
                {
                    cost[at + j] += alike * Share(grid[j], lasted);
                    worth[at + j] += alike * Math.Max(0, Math.Min(SilenceBook.Hours, lasted) - Math.Max(0, grid[j] - settings.Goal));
                }
            }
        }

        var weeks = Weeks();
        for (var hour = 0; hour < SilenceBook.Hours; hour++)
        {
            var moved = 7 * book.Moved(hour);
            for (var j = 0; j < grid.Length; j++)
            {
                var k = (hour * grid.Length) + j;
                cost[k] = (cost[k] + (settings.ClassWeeks * OfOthers(grid[j]))) / weeks;
                worth[k] = (worth[k] / weeks) + (7 * settings.AnyWorth * Math.Exp(-grid[j] / SilenceBook.Hours));
                if (grid[j] <= settings.Goal) worth[k] += settings.AwakeWorth * moved;
            }
        }
    }

    // The best limit of each hour at a price; returns what they cost together.
    private static double Choose(double price, ReadOnlySpan<double> cost, ReadOnlySpan<double> worth, Span<byte> chosen)
    {
        var sum = 0.0;
        for (var hour = 0; hour < SilenceBook.Hours; hour++)
        {
            var at = hour * grid.Length;
            var best = 0;
            for (var j = 1; j < grid.Length; j++)
                if (worth[at + j] - (price * cost[at + j]) > worth[at + best] - (price * cost[at + best])) best = j;
            chosen[hour] = (byte)best;
            sum += cost[at + best];
        }

        return sum;
    }

    // Own weeks, faded as the silences in them are, and those of other homes.
    private double Weeks() => ((1 - Math.Pow(settings.Memory, book.Span)) / (1 - settings.Memory) / 7) + settings.ClassWeeks;

    // Chance that a silence like one that lasted so long lasts longer than that: logistic, its tails are heavier than the normal ones.
    private double Share(double length, double lasted) => 1 / (1 + Math.Exp(1.702 * (length - lasted) / (settings.LengthSpread + (settings.LengthSpreadPerHour * lasted))));

    private double OfOthers(double length) => settings.ClassRate / SilenceBook.Hours * Math.Exp(-length / settings.ClassHours);

    private static double[] Grid()
    {
        var limits = new List<double>();
        for (var hours = 2.0; hours <= SilenceBook.Longest; hours += hours < 12 ? 0.5 : hours < 30 ? 1 : 3) limits.Add(hours);
        return [.. limits];
    }
}
