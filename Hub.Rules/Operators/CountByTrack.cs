using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>A condition was true so many times within a span for one track or credential: five refusals of one card, not of five people.</summary>
/// <remarks>Messages without a track count together as one. The tracks heard last are kept, at most 64, each with its last times.</remarks>
internal sealed class CountByTrack : StatefulNode
{
    private const int MaxTracks = 64;

    private readonly Node inner;
    private readonly int atLeast;
    private readonly long withinMs;

    /// <param name="inner">What is counted.</param>
    /// <param name="atLeast">How many times.</param>
    /// <param name="withinMs">Within this span.</param>
    public CountByTrack(Node inner, int atLeast, long withinMs)
    {
        this.inner = inner;
        this.atLeast = atLeast;
        this.withinMs = withinMs;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override IEnumerable<ShownComparison> Shown => inner.Shown;

    public override IReadOnlyList<Expression>? Wakes => inner.Stirs;

    public override bool Rests(NodeState state) => ((State)state).Blank;

    public override NodeState NewState() => new State(atLeast);

    public override void Update(Frame frame, NodeState state)
    {
        if (frame.Concerns(Locals, Events) && inner.IsTrue(frame)) ((State)state).Saw(frame.Seen?.Track ?? "", frame.NowMs);
    }

    public override bool IsTrue(Frame frame) => Figure(frame) >= atLeast;

    /// <summary>Times of the track that has most.</summary>
    public override double Figure(Frame frame) => StateOf(frame) is State state ? state.Most(frame.NowMs - withinMs) : 0;

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("count", Name, IsTrue(frame), Figure(frame), atLeast, "");
        telling.Inside(frame, inner);
    }

    private sealed class State(int capacity) : NodeState
    {
        private readonly List<(string Track, List<long> Times)> tracks = [];

        public bool Blank => tracks.Count == 0;

        public void Saw(string track, long atMs)
        {
            var at = tracks.FindIndex(t => string.Equals(t.Track, track, StringComparison.Ordinal));
            var times = at >= 0 ? tracks[at].Times : [];
            if (at >= 0) tracks.RemoveAt(at);
            else if (tracks.Count == MaxTracks) tracks.RemoveAt(0);
            tracks.Add((track, times));
            if (times.Count == capacity) times.RemoveAt(0);
            times.Add(atMs);
        }

        public int Most(long fromMs)
        {
            var most = 0;
            foreach (var (_, times) in tracks)
            {
                var n = 0;
                foreach (var atMs in times) if (atMs >= fromMs) n++;
                most = Math.Max(most, n);
            }

            return most;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(tracks.Count);
            foreach (var (track, times) in tracks)
            {
                writer.Text(track);
                writer.Int(times.Count);
                foreach (var atMs in times) writer.Long(atMs);
            }
        }

        public override void Read(ref StateReader reader)
        {
            for (var n = reader.Count(); n > 0; n--)
            {
                var track = reader.Text()!;
                var times = new List<long>();
                for (var t = reader.Count(); t > 0; t--) times.Add(reader.Long());
                tracks.Add((track, times));
            }
        }
    }
}
