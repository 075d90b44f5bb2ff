using System.Globalization;
using System.Linq.Expressions;
using Hub.Core;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;

namespace Hub.Rules.Operators;

/// <summary>One kind of evidence: when it is seen, what it says in nats, and how long that lasts.</summary>
/// <param name="Name">Short name, for the trace and the alert's inputs.</param>
/// <param name="Title">The same for people.</param>
/// <param name="When">What has to be seen.</param>
/// <param name="Nats">Log-likelihood ratio at that moment; below 0 it speaks against.</param>
/// <param name="Weight">Share of it that counts.</param>
/// <param name="HalfLifeMs">Time after which half of it is left.</param>
internal sealed record EvidenceTerm(string Name, LocalText Title, Node When, Func<Frame, double> Nats, double Weight, long HalfLifeMs);

/// <summary>What one piece of evidence still says now.</summary>
internal readonly record struct StandingTerm(string Name, LocalText Title, string Device, long AtMs, double Nats);

/// <summary>
/// Evidence of several kinds, days apart and from several devices, added up as log-odds: each piece is clipped, weighted, fades with its own half-life, and counts less
/// when the same device gave a stronger one. Holds at or above <paramref name="atLeast"/>. In event time.
/// </summary>
/// <param name="terms">The kinds of evidence.</param>
/// <param name="prior">Log-odds before anything was seen.</param>
/// <param name="atLeast">Log-odds at which it holds.</param>
/// <param name="least">Least a piece may say [nats].</param>
/// <param name="most">Most a piece may say [nats].</param>
/// <param name="shared">Share that counts of a piece whose device gave a stronger one: a camera that errs once errs twice.</param>
/// <param name="spent">When this holds, all that was seen so far is spent; null for never.</param>
/// <remarks>State: a time, a figure and a device a term. A weaker sighting never takes back what is left of a stronger one; one of the other sign replaces it.</remarks>
internal sealed class Evidence : StatefulNode
{
    private readonly EvidenceTerm[] terms;
    private readonly double prior;
    private readonly double atLeast;
    private readonly double least;
    private readonly double most;
    private readonly double shared;
    private readonly Node? spent;

    public Evidence(EvidenceTerm[] terms, double prior, double atLeast, double least, double most, double shared, Node? spent)
    {
        this.spent = spent;
        this.terms = terms;
        this.prior = prior;
        this.atLeast = atLeast;
        this.least = least;
        this.most = most;
        this.shared = shared;
        IEnumerable<Node> parts = spent is null ? terms.Select(t => t.When) : terms.Select(t => t.When).Append(spent);
        Locals = Union(parts);
        Events = UnionEvents(parts);
    }

    public override IEnumerable<ShownComparison> Shown => terms.SelectMany(t => t.When.Shown);

    public override IReadOnlyList<Expression>? Wakes => prior < atLeast ? AnyStirs(terms.Select(t => t.When)) : null;

    public override bool Rests(NodeState state)
    {
        foreach (var piece in ((State)state).Pieces) if (piece.Nats != 0) return false;
        return true;
    }

    public override NodeState NewState() => new State(terms.Length);

    public override void Update(Frame frame, NodeState state)
    {
        if (spent is not null && Asks(frame, spent) && spent.IsTrue(frame))
        {
            Array.Clear(((State)state).Pieces);
            return;
        }

        for (var i = 0; i < terms.Length; i++)
        {
            var when = terms[i].When;
            if (!Asks(frame, when) || !when.IsTrue(frame)) continue;
            var nats = Math.Clamp(terms[i].Nats(frame), least, most);
            if (!double.IsNaN(nats)) Seen(ref ((State)state).Pieces[i], new Piece(frame.NowMs, nats, frame.Device?.Device.Id), terms[i].HalfLifeMs);
        }
    }

    // What names neither channel nor event, such as another alert, is asked each time.
    private static bool Asks(Frame frame, Node node) => node.Locals.Length + node.Events.Length == 0 || frame.Concerns(node.Locals, node.Events);

    private static void Seen(ref Piece known, Piece seen, long halfLifeMs)
    {
        var nowMs = Math.Max(known.AtMs, seen.AtMs);
        var (left, fresh) = (Left(known, nowMs, halfLifeMs), Left(seen, nowMs, halfLifeMs));
        var newer = seen.AtMs >= known.AtMs;
        if (left * fresh > 0 ? Math.Abs(fresh) >= Math.Abs(left) : newer) known = seen;
    }

    private static double Left(in Piece piece, long nowMs, long halfLifeMs) =>
        piece.Nats == 0 ? 0 : piece.Nats * Math.Pow(2, -(double)Math.Max(0, nowMs - piece.AtMs) / halfLifeMs);

    public override bool IsTrue(Frame frame) => Figure(frame) >= atLeast;

    /// <summary>Log-odds now [nats], rounded so that two processors agree.</summary>
    public override double Figure(Frame frame)
    {
        if (StateOf(frame) is not State state) return prior;
        var sum = prior;
        for (var i = 0; i < terms.Length; i++) sum += Says(state, i, frame.NowMs);
        return Math.Round(sum, 4);
    }

    private double Says(State state, int i, long nowMs)
    {
        ref var piece = ref state.Pieces[i];
        if (piece.Nats == 0) return 0;
        var own = Own(i, piece, nowMs);
        for (var k = 0; k < terms.Length; k++)
        {
            ref var other = ref state.Pieces[k];
            if (k == i || other.Nats == 0 || other.Device is null || !string.Equals(other.Device, piece.Device, StringComparison.Ordinal)) continue;
            var rival = Math.Abs(Own(k, other, nowMs));
            if (rival > Math.Abs(own) || (rival == Math.Abs(own) && k < i)) return own * shared;
        }

        return own;
    }

    private double Own(int i, in Piece piece, long nowMs) => terms[i].Weight * Left(piece, nowMs, terms[i].HalfLifeMs);

    public override IEnumerable<StandingTerm> Terms(Frame frame)
    {
        if (StateOf(frame) is not State state) yield break;
        for (var i = 0; i < terms.Length; i++)
        {
            var nats = Math.Round(Says(state, i, frame.NowMs), 4);
            if (nats != 0) yield return new StandingTerm(terms[i].Name, terms[i].Title, state.Pieces[i].Device ?? "", state.Pieces[i].AtMs, nats);
        }
    }

    public override void Tell(Frame frame, Telling telling)
    {
        var standing = Terms(frame).ToList();
        telling.Clock("evidence", Name, IsTrue(frame), Figure(frame), atLeast, "nat", begun: standing.Count > 0);
        telling.Deeper();
        telling.Part("prior", "", true, prior, double.NaN, "nat");
        foreach (var term in terms)
        {
            var of = standing.Find(s => string.Equals(s.Name, term.Name, StringComparison.Ordinal));
            var said = of.Nats != 0;
            telling.Part("term", said ? string.Create(CultureInfo.InvariantCulture, $"{term.Name} ({of.Device}, {(frame.NowMs - of.AtMs) / 3_600_000.0:0.#} h)") : term.Name, said, said ? of.Nats : 0, double.NaN, "nat");
            telling.Inside(frame, term.When);
        }

        telling.Back();
    }

    private record struct Piece(long AtMs, double Nats, string? Device);

    private sealed class State(int count) : NodeState
    {
        public readonly Piece[] Pieces = new Piece[count];

        public override void Write(StateWriter writer)
        {
            foreach (var piece in Pieces)
            {
                writer.Long(piece.AtMs);
                writer.Double(piece.Nats);
                writer.Text(piece.Device);
            }
        }

        public override void Read(ref StateReader reader)
        {
            for (var i = 0; i < Pieces.Length; i++) Pieces[i] = new Piece(reader.Long(), reader.Double(), reader.Text());
        }
    }
}

/// <summary>The figure of a named condition against a limit of its own: a stricter step of the same count, score or evidence.</summary>
internal sealed class FigureAtLeast : Node
{
    private readonly Node named;
    private readonly double atLeast;

    public FigureAtLeast(Node named, double atLeast)
    {
        this.named = named;
        this.atLeast = atLeast;
        Locals = named.Locals;
        Events = named.Events;
    }

    public override IEnumerable<ShownComparison> Shown => named.Shown;

    public override IReadOnlyList<Expression>? Stirs => atLeast > 0 ? named.Stirs : null;

    public override bool IsTrue(Frame frame) => named.Figure(frame) >= atLeast;

    public override double Figure(Frame frame) => named.Figure(frame);

    public override IEnumerable<StandingTerm> Terms(Frame frame) => named.Terms(frame);

    public override void Tell(Frame frame, Telling telling)
    {
        telling.Clock("figure", named.Name, IsTrue(frame), Figure(frame), atLeast, "");
        telling.Inside(frame, named);
    }
}
