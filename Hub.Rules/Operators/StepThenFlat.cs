using Hub.Rules.Engine;

namespace Hub.Rules.Operators;

/// <summary>
/// The course of a battery charger on a line: a step up within a minute, flat for half an hour or more, then a decay to little.
/// True from the end of the decay for one hour, so that one charge raises one alert.
/// </summary>
internal sealed class StepThenFlat : StatefulNode
{
    private const long StandsMs = 3_600_000;
    private const double RisesTo = 1.3;
    private const int Trail = 8;

    private readonly Func<Frame, double> value;
    private readonly double least;
    private readonly double most;
    private readonly long stepMs;
    private readonly double flatShare;
    private readonly long flatMs;
    private readonly double decayShare;
    private readonly long decayMs;
    private readonly long decayLeastMs;

    /// <param name="value">The power.</param>
    /// <param name="locals">Channels it needs.</param>
    /// <param name="least">Least step.</param>
    /// <param name="most">Greatest step.</param>
    /// <param name="stepMs">The step happens within this.</param>
    /// <param name="flatShare">Flat means within this share of the step.</param>
    /// <param name="flatMs">Flat for at least this long.</param>
    /// <param name="decayShare">Decayed means below this share of the step.</param>
    /// <param name="decayMs">The decay takes at most this long.</param>
    /// <param name="decayLeastMs">And at least this long.</param>
    public StepThenFlat(Func<Frame, double> value, int[] locals, double least, double most, long stepMs, double flatShare, long flatMs, double decayShare, long decayMs, long decayLeastMs)
    {
        this.value = value;
        this.least = least;
        this.most = most;
        this.stepMs = stepMs;
        this.flatShare = flatShare;
        this.flatMs = flatMs;
        this.decayShare = decayShare;
        this.decayMs = decayMs;
        this.decayLeastMs = decayLeastMs;
        Locals = locals;
    }

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events)) return;
        var v = value(frame);
        var s = (State)state;
        if (double.IsNaN(v) || (s.Count > 0 && frame.NowMs <= s.Newest.AtMs)) return;
        switch (s.Phase)
        {
            case 0:
                Begin(s, v, frame.NowMs);
                break;
            // While a battery fills, its charger's power rises by up to a fifth.
            case 1 when frame.NowMs - s.SinceMs >= flatMs && v - s.Base > s.Step && v - s.Base < s.Step * RisesTo:
                break;
            case 1 when Math.Abs(v - s.Base - s.Step) > flatShare * s.Step:
                // Flat long enough: what follows is the decay. Not long enough: it was something else.
                if (frame.NowMs - s.SinceMs < flatMs || v - s.Base > s.Step) s.Phase = 0;
                else (s.Phase, s.SinceMs) = (2, frame.NowMs);
                break;
            case 2 when v - s.Base > s.Step * (1 + flatShare) || frame.NowMs - s.SinceMs > decayMs:
                s.Phase = 0;
                break;
        }

        // A charger tapers; a heater or a lamp that is switched off drops at once.
        if (s.Phase == 2 && v - s.Base < decayShare * s.Step)
        {
            if (frame.NowMs - s.SinceMs >= decayLeastMs) s.DoneMs = frame.NowMs;
            s.Phase = 0;
        }

        s.Push(frame.NowMs, v);
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && frame.NowMs - state.DoneMs < StandsMs;

    public override double Figure(Frame frame) => StateOf(frame) is State state ? Math.Round(state.Step) : double.NaN;

    private void Begin(State s, double v, long nowMs)
    {
        for (var i = 0; i < s.Count; i++)
        {
            var (atMs, before) = s.At(i);
            var step = v - before;
            if (nowMs - atMs > stepMs + 30_000 || step < least || step > most) continue;
            (s.Phase, s.Base, s.Step, s.SinceMs) = (1, before, step, nowMs);
            return;
        }
    }

    private sealed class State : NodeState
    {
        private readonly long[] times = new long[Trail];
        private readonly double[] values = new double[Trail];

        public int Count { get; private set; }
        public int Phase { get; set; }
        public double Base { get; set; }
        public double Step { get; set; }
        public long SinceMs { get; set; }
        public long DoneMs { get; set; } = long.MinValue / 2;

        public (long AtMs, double Value) Newest => At(Count - 1);

        public (long AtMs, double Value) At(int i) => (times[i], values[i]);

        public void Push(long atMs, double value)
        {
            if (Count == Trail)
            {
                Array.Copy(times, 1, times, 0, Trail - 1);
                Array.Copy(values, 1, values, 0, Trail - 1);
                Count--;
            }

            times[Count] = atMs;
            values[Count++] = value;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(Count);
            for (var i = 0; i < Count; i++)
            {
                writer.Long(times[i]);
                writer.Double(values[i]);
            }

            writer.Int(Phase);
            writer.Double(Base);
            writer.Double(Step);
            writer.Long(SinceMs);
            writer.Long(DoneMs);
        }

        public override void Read(ref StateReader reader)
        {
            for (var n = Math.Min(reader.Count(), Trail); n > 0; n--) Push(reader.Long(), reader.Double());
            Phase = reader.Int();
            Base = reader.Double();
            Step = reader.Double();
            SinceMs = reader.Long();
            DoneMs = reader.Long();
        }
    }
}
