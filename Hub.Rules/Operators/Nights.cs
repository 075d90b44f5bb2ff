using Hub.Rules.Engine;

namespace Hub.Rules.Operators;

/// <summary>
/// A quantity gathered between two local times each night, judged against the place's own past nights: so many of the last nights
/// were beyond the usual. The night belongs to the date it begins on.
/// </summary>
internal sealed class Nights : StatefulNode
{
    // What no one took up in a month is forgotten: nights of a place say something of the people there.
    private const int Kept = 30;

    private readonly Func<Frame, double> value;
    private readonly int fromMinute;
    private readonly int toMinute;
    private readonly string use;
    private readonly double atLeast;
    private readonly double aboveMedian;
    private readonly double madFactor;
    private readonly double timesMedian;
    private readonly int history;
    private readonly double prior;
    private readonly int skipHolidays;
    private readonly int on;
    private readonly int of;

    public Nights(
        Func<Frame, double> value, int[] locals, string[] events, int fromMinute, int toMinute, string use, double atLeast, double aboveMedian,
        double madFactor, double timesMedian, int history, double prior, int skipHolidays, int on, int of)
    {
        this.value = value;
        this.fromMinute = fromMinute;
        this.toMinute = toMinute;
        this.use = use;
        this.atLeast = atLeast;
        this.aboveMedian = aboveMedian;
        this.madFactor = madFactor;
        this.timesMedian = timesMedian;
        this.history = history;
        this.prior = prior;
        this.skipHolidays = skipHolidays;
        this.on = on;
        this.of = of;
        Locals = locals;
        Events = events;
    }

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        var nights = (State)state;
        var night = NightOf(frame);
        if (nights.Night != night) CloseNight(nights, night, frame.World);
        if (night < 0 || !frame.Concerns(Locals, Events)) return;
        var v = value(frame);
        if (double.IsNaN(v)) return;
        nights.Samples++;
        if (string.Equals(use, "increase", StringComparison.Ordinal))
        {
            // A counter that went backwards was reset: count from zero.
            var source = frame.Device?.Device.Id ?? "";
            var before = nights.CounterOf(source, v);
            nights.Sum += v >= before ? v - before : v;
            return;
        }

        nights.Sum += v;
    }

    public override bool IsTrue(Frame frame) => Figure(frame) >= on;

    /// <summary>How many of the last nights were beyond the usual.</summary>
    public override double Figure(Frame frame)
    {
        if (StateOf(frame) is not State state) return 0;
        var first = (int)(frame.World.Local(frame.NowMs).Date - DateTime.UnixEpoch).TotalDays - of;
        var n = 0;
        foreach (var (day, _, beyond) in state.Past) if (beyond && day >= first) n++;
        return n;
    }

    public override void Tell(Frame frame, Telling telling) => telling.Clock("nights", Name, IsTrue(frame), Figure(frame), on, "");

    // Day number (since 1970) of the night that is running; -1 by day.
    private int NightOf(Frame frame)
    {
        var local = frame.World.Local(frame.NowMs);
        var minute = (local.Hour * 60) + local.Minute;
        var day = (int)(local.Date - DateTime.UnixEpoch).TotalDays;
        if (fromMinute <= toMinute) return minute >= fromMinute && minute < toMinute ? day : -1;
        return minute >= fromMinute ? day : minute < toMinute ? day - 1 : -1;
    }

    private void CloseNight(State state, int next, World world)
    {
        if (state.Night >= 0 && state.Samples > 0)
        {
            var figure = string.Equals(use, "mean", StringComparison.Ordinal) ? state.Sum / state.Samples : state.Sum;
            state.Past.Add((state.Night, figure, !NearHoliday(state.Night, world) && Beyond(state, figure)));
            state.Past.RemoveAll(p => state.Night - p.Day >= Kept);
        }

        state.Night = next;
        state.Sum = 0;
        state.Samples = 0;
    }

    // Feasts and visits are what holidays are for.
    private bool NearHoliday(int night, World world)
    {
        if (skipHolidays == 0 || world.Workdays.Count == 0) return false;
        var day = DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(night));
        for (var d = -skipHolidays; d <= skipHolidays; d++)
            if (world.Workdays.TryGetValue(day.AddDays(d), out var works) && !works) return true;
        return false;
    }

    // Past nights that were themselves beyond the usual do not raise the usual.
    private bool Beyond(State state, double figure)
    {
        if (figure < atLeast) return false;
        if (aboveMedian == 0 && madFactor == 0 && timesMedian == 0) return true;
        var usual = state.Past.Where(p => !p.Beyond).Select(p => p.Figure).Order().ToArray();
        // A place without enough nights of its own is judged by the usual of its class.
        if (usual.Length < history && double.IsNaN(prior)) return false;
        var median = usual.Length < history ? prior : Median(usual);
        var mad = usual.Length < history ? 0 : Median([.. usual.Select(u => Math.Abs(u - median)).Order()]);
        if (timesMedian > 0 && figure < timesMedian * median) return false;
        return figure >= median + Math.Max(madFactor * mad, aboveMedian);
    }

    private static double Median(double[] sorted) =>
        sorted.Length == 0 ? 0 : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private sealed class State : NodeState
    {
        private const int MaxCounters = 64;

        private readonly List<(string Source, double Value)> counters = [];

        public int Night { get; set; } = -1;
        public double Sum { get; set; }
        public int Samples { get; set; }
        public List<(int Day, double Figure, bool Beyond)> Past { get; } = [];

        /// <summary>The counter's value before; keeps the new one. The first value counts from itself.</summary>
        public double CounterOf(string source, double value)
        {
            for (var i = 0; i < counters.Count; i++)
            {
                if (!string.Equals(counters[i].Source, source, StringComparison.Ordinal)) continue;
                var before = counters[i].Value;
                counters[i] = (source, value);
                return before;
            }

            if (counters.Count == MaxCounters) counters.RemoveAt(0);
            counters.Add((source, value));
            return value;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(Night);
            writer.Double(Sum);
            writer.Int(Samples);
            writer.Int(Past.Count);
            foreach (var (day, figure, beyond) in Past)
            {
                writer.Int(day);
                writer.Double(figure);
                writer.Bool(beyond);
            }

            writer.Int(counters.Count);
            foreach (var (source, value) in counters)
            {
                writer.Text(source);
                writer.Double(value);
            }
        }

        public override void Read(ref StateReader reader)
        {
            Night = reader.Int();
            Sum = reader.Double();
            Samples = reader.Int();
            for (var n = reader.Count(); n > 0; n--) Past.Add((reader.Int(), reader.Double(), reader.Bool()));
            for (var n = reader.Count(); n > 0; n--) counters.Add((reader.Text()!, reader.Double()));
        }
    }
}
