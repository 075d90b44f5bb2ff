using System.Linq.Expressions;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

internal enum DistinctBy { Device, Kind, Zone, Track }

/// <summary>At least so many different sources said the same within a span: a second, independent sensor.</summary>
internal sealed class DistinctWithin : StatefulNode
{
    private const int MaxSources = 64;
    private const char Of = '\n';

    private readonly Node inner;
    private readonly DistinctBy by;
    private readonly bool perTrack;
    private readonly int atLeast;
    private readonly long withinMs;

    /// <param name="inner">What they say.</param>
    /// <param name="by">What makes two sources different.</param>
    /// <param name="perTrack">Counted for each track alone: one person at several doors.</param>
    /// <param name="atLeast">How many.</param>
    /// <param name="withinMs">Within this span.</param>
    public DistinctWithin(Node inner, DistinctBy by, bool perTrack, int atLeast, long withinMs)
    {
        this.perTrack = perTrack;
        this.inner = inner;
        this.by = by;
        this.atLeast = atLeast;
        this.withinMs = withinMs;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override IEnumerable<ShownComparison> Shown => inner.Shown;

    public override IReadOnlyList<Expression>? Wakes => atLeast > 0 ? inner.Stirs : null;

    public override bool Rests(NodeState state) => ((State)state).Blank;

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events) || !inner.IsTrue(frame) || SourceOf(frame) is not { } source) return;
        if (perTrack && frame.Seen?.Track is not { Length: > 0 }) return;
        ((State)state).Saw(perTrack ? frame.Seen!.Track + Of + source : source, frame.NowMs);
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && Count(state, frame.NowMs - withinMs) >= atLeast;

    public override double Figure(Frame frame) => StateOf(frame) is State state ? Count(state, frame.NowMs - withinMs) : 0;

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("distinct", Name, IsTrue(frame), Figure(frame), atLeast, "");
        telling.Inside(frame, inner);
    }

    private int Count(State state, long fromMs) => perTrack ? state.MostOfOneTrack(fromMs) : state.Since(fromMs);

    private string? SourceOf(Frame frame) => by switch
    {
        DistinctBy.Device => frame.Device?.Device.Id,
        DistinctBy.Kind => frame.Device?.Device.Kind.Id,
        DistinctBy.Zone => frame.Zone,
        _ => frame.Seen?.Track,
    };

    private sealed class State : NodeState
    {
        private readonly List<(string Source, long AtMs)> sources = [];

        public bool Blank => sources.Count == 0;

        public void Saw(string source, long atMs)
        {
            for (var i = 0; i < sources.Count; i++)
            {
                if (!string.Equals(sources[i].Source, source, StringComparison.Ordinal)) continue;
                if (atMs > sources[i].AtMs) sources[i] = (source, atMs);
                return;
            }

            if (sources.Count == MaxSources) sources.RemoveAt(0);
            sources.Add((source, atMs));
        }

        public int Since(long fromMs)
        {
            var n = 0;
            foreach (var (_, atMs) in sources) if (atMs >= fromMs) n++;
            return n;
        }

        public int MostOfOneTrack(long fromMs)
        {
            var most = 0;
            foreach (var (first, _) in sources)
            {
                var n = 0;
                var track = first.AsSpan(0, first.IndexOf(Of, StringComparison.Ordinal) + 1);
                foreach (var (source, atMs) in sources) if (atMs >= fromMs && source.AsSpan().StartsWith(track, StringComparison.Ordinal)) n++;
                most = Math.Max(most, n);
            }

            return most;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(sources.Count);
            foreach (var (source, atMs) in sources)
            {
                writer.Text(source);
                writer.Long(atMs);
            }
        }

        public override void Read(ref StateReader reader)
        {
            var count = reader.Count();
            for (var i = 0; i < count; i++) sources.Add((reader.Text()!, reader.Long()));
        }
    }
}
