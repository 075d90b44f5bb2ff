using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

internal enum DistinctBy { Device, Kind, Zone, Track }

/// <summary>At least so many different sources said the same within a span: a second, independent sensor.</summary>
internal sealed class DistinctWithin : StatefulNode
{
    private const int MaxSources = 64;

    private readonly Node inner;
    private readonly DistinctBy by;
    private readonly int atLeast;
    private readonly long withinMs;

    public DistinctWithin(Node inner, DistinctBy by, int atLeast, long withinMs)
    {
        this.inner = inner;
        this.by = by;
        this.atLeast = atLeast;
        this.withinMs = withinMs;
        Locals = inner.Locals;
        Events = inner.Events;
    }

    public override IEnumerable<ShownComparison> Shown => inner.Shown;

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (!frame.Concerns(Locals, Events) || !inner.IsTrue(frame) || SourceOf(frame) is not { } source) return;
        ((State)state).Saw(source, frame.NowMs);
    }

    public override bool IsTrue(Frame frame) => StateOf(frame) is State state && state.Since(frame.NowMs - withinMs) >= atLeast;

    public override double Figure(Frame frame) => StateOf(frame) is State state ? state.Since(frame.NowMs - withinMs) : 0;

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("distinct", Name, IsTrue(frame), Figure(frame), atLeast, "");
        telling.Inside(frame, inner);
    }

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
