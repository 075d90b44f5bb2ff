using Hub.Core;
using Hub.Rules.Engine;

namespace Hub.Rules.Operators;

/// <summary>Alerts of some types came again and again around one place: what a single case does not show. Judged when one of them is raised.</summary>
/// <remarks>An alert that begins again within the dedupe window of its rule joins the open case, so it counts once. What is only on trial counts for rules on trial.</remarks>
/// <param name="least">At least so severe.</param>
/// <param name="types">Of these types.</param>
/// <param name="rules">Of these rules; empty for any.</param>
/// <param name="atLeast">So many.</param>
/// <param name="withinMs">Begun within this span.</param>
internal sealed class RaisedBefore(Severity least, string[] types, string[] rules, int atLeast, long withinMs) : StatefulNode
{
    private const int Kept = 64;

    public override NodeState NewState() => new State();

    public override void Update(Frame frame, NodeState state)
    {
        if (frame.World.JustRaised is not { } raised || raised.Severity > (int)least) return;
        if (!types.Contains(raised.OpenType, StringComparer.Ordinal) || (rules.Length > 0 && !rules.Contains(raised.Rule.Id, StringComparer.Ordinal))) return;
        if ((raised.Rule.Shadow || raised.Shadowed) && !frame.Rule.Shadow) return;
        ((State)state).Saw(raised.Rule.Family + "@" + raised.Name, frame.NowMs, raised.Rule.WindowMs);
    }

    public override bool IsTrue(Frame frame) => Figure(frame) >= atLeast;

    public override double Figure(Frame frame) => StateOf(frame) is State state ? state.Since(frame.NowMs - withinMs) : 0;

    public override void Tell(Frame frame, Telling telling) => telling.Clock("raised", Name.Length > 0 ? Name : string.Join(", ", types), IsTrue(frame), Figure(frame), atLeast, "");

    private sealed class State : NodeState
    {
        private readonly List<(string Key, long FirstMs, long LastMs)> alerts = [];

        public void Saw(string key, long atMs, long windowMs)
        {
            var at = alerts.FindLastIndex(a => string.Equals(a.Key, key, StringComparison.Ordinal));
            if (at >= 0 && atMs - alerts[at].LastMs <= windowMs)
            {
                alerts[at] = (key, alerts[at].FirstMs, Math.Max(atMs, alerts[at].LastMs));
                return;
            }

            if (alerts.Count == Kept) alerts.RemoveAt(0);
            alerts.Add((key, atMs, atMs));
        }

        public int Since(long fromMs)
        {
            var n = 0;
            foreach (var (_, firstMs, _) in alerts) if (firstMs >= fromMs) n++;
            return n;
        }

        public override void Write(StateWriter writer)
        {
            writer.Int(alerts.Count);
            foreach (var (key, firstMs, lastMs) in alerts)
            {
                writer.Text(key);
                writer.Long(firstMs);
                writer.Long(lastMs);
            }
        }

        public override void Read(ref StateReader reader)
        {
            for (var n = reader.Count(); n > 0; n--) alerts.Add((reader.Text()!, reader.Long(), reader.Long()));
        }
    }
}
