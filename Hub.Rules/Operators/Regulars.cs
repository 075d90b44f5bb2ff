using System.Linq.Expressions;
using System.Numerics;
using Hub.Rules.Engine;

namespace Hub.Rules.Operators;

/// <summary>Who comes and goes as residents do: so many tracks or credentials were active lately, and so many of them on most days.</summary>
/// <remarks>Keeps for each track the days it was active, one bit a day, and forgets it when the span is over: no times, no doors.</remarks>
internal sealed class Regulars : StatefulNode
{
    /// <summary>Most days it can look back on.</summary>
    public const int MostDays = 31;

    private const int MaxTracks = 128;

    private readonly Node inner;
    private readonly int span;
    private readonly int onDays;
    private readonly int atLeast;
    private readonly string attribute;
    private readonly double times;
    private readonly double otherwise;

    /// <param name="inner">What makes a track active.</param>
    /// <param name="span">Days looked back on, today included.</param>
    /// <param name="onDays">A regular was active on so many of them.</param>
    /// <param name="atLeast">So many regulars.</param>
    /// <param name="attribute">Attribute of the place or device that says how many there may be; empty for none.</param>
    /// <param name="times">More active tracks than this multiple of the attribute.</param>
    /// <param name="otherwise">Its value where a place has none.</param>
    public Regulars(Node inner, int span, int onDays, int atLeast, string attribute, double times, double otherwise)
    {
        this.inner = inner;
        this.span = span;
        this.onDays = onDays;
        this.atLeast = atLeast;
        this.attribute = attribute;
        this.times = times;
        this.otherwise = otherwise;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override IReadOnlyList<Expression>? Wakes => inner.Stirs;

    public override bool Rests(NodeState state) => ((State)state).Blank;

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events) || !inner.IsTrue(frame) || frame.Seen?.Track is not { Length: > 0 } track) return;
        ((State)state).Saw(track, DayOf(frame), span);
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && state.Active(DayOf(frame), span) > Allowed(frame) && Figure(frame) >= atLeast;

    /// <summary>How many regulars there are.</summary>
    public override double Figure(Frame frame) => StateOf(frame) is State state ? state.Regulars(DayOf(frame), span, onDays) : 0;

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("regulars", Name, IsTrue(frame), Figure(frame), atLeast, "");
        if (StateOf(frame) is State state) telling.Part("active", attribute, state.Active(DayOf(frame), span) > Allowed(frame), state.Active(DayOf(frame), span), Allowed(frame), "", ">");
    }

    private double Allowed(Frame frame) => attribute.Length == 0 ? 0 : times * frame.NumberOf(attribute, otherwise);

    private static int DayOf(Frame frame) => (int)(frame.World.Local(frame.NowMs).Date - DateTime.UnixEpoch).TotalDays;

    private sealed class State : NodeState
    {
        // The newest day is the lowest bit of a track's days.
        private readonly List<(string Track, int Day, uint Days)> tracks = [];

        public bool Blank => tracks.Count == 0;

        public void Saw(string track, int day, int span)
        {
            tracks.RemoveAll(t => day - t.Day >= span);
            var at = tracks.FindIndex(t => string.Equals(t.Track, track, StringComparison.Ordinal));
            if (at < 0)
            {
                if (tracks.Count == MaxTracks) tracks.RemoveAt(0);
                tracks.Add((track, day, 1));
                return;
            }

            var (_, newest, days) = tracks[at];
            if (day >= newest) tracks[at] = (track, day, Shift(days, day - newest) | 1);
            else if (newest - day < 32) tracks[at] = (track, newest, days | (1u << (newest - day)));
        }

        public int Active(int today, int span) => tracks.Count(t => Within(t, today, span) != 0);

        public int Regulars(int today, int span, int onDays) => tracks.Count(t => BitOperations.PopCount(Within(t, today, span)) >= onDays);

        private static uint Within((string Track, int Day, uint Days) t, int today, int span) => Shift(t.Days, today - t.Day) & (uint.MaxValue >> (32 - span));

        private static uint Shift(uint days, int by) => by is < 0 or > 31 ? 0 : days << by;

        public override void Write(StateWriter writer)
        {
            writer.Int(tracks.Count);
            foreach (var (track, day, days) in tracks)
            {
                writer.Text(track);
                writer.Int(day);
                writer.Int((int)days);
            }
        }

        public override void Read(ref StateReader reader)
        {
            for (var n = reader.Count(); n > 0; n--) tracks.Add((reader.Text()!, reader.Int(), (uint)reader.Int()));
        }
    }
}
