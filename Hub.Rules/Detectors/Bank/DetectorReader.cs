using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Rules.Expressions;
using Hub.Rules.Packs;

namespace Hub.Rules.Detectors.Bank;

/// <summary>Reads detectors.yaml. Its channels are made known to the rules, so it is read before the packs.</summary>
internal static class DetectorReader
{
    private const int Most = 64;

    public static List<DetectorSpec> Read(string text, ChannelTable channels, FaultList faults)
    {
        var specs = new List<DetectorSpec>();
        if (YamlText.Root(text, faults, "detectors:, a list; see docs/detection.md", mayBeEmpty: true) is not { } root) return specs;
        root.Text("description");
        foreach (var entry in root.List("detectors"))
            if (YamlMap.AsMap(entry, faults, "a detector: {id: …, detector: …, watch: …}") is { } map) ReadOne(map, channels, specs, faults);
        root.End();
        if (specs.Count > Most) faults.Add(root.Node, $"{specs.Count} detectors", $"at most {Most}");
        foreach (var twice in specs.GroupBy(s => s.Id, StringComparer.Ordinal).Where(g => g.Count() > 1)) faults.Add(root.Node, $"a second detector '{twice.Key}'", "an id once");
        return specs;
    }

    private static void ReadOne(YamlMap map, ChannelTable channels, List<DetectorSpec> specs, FaultList faults)
    {
        var id = map.NeedText("id", "a short id such as gathering: scores are told as score_ID");
        if (!id.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_') || id.Length is 0 or > 40) faults.Add(map.Node, $"the id '{id}'", "1 to 40 of a-z, 0-9 and _");
        var name = map.NeedText("detector", "the name of a detector: " + string.Join(", ", Detectors.All.Select(d => d.Name)));
        if (Detectors.Find(name) is not { } kind)
        {
            if (name.Length > 0) faults.Add(map.Get("detector")!, $"the detector '{name}'", Spelling.Nearest(name, Detectors.All.Select(d => d.Name)) is { } near ? $"did you mean '{near}'?" : string.Join(", ", Detectors.All.Select(d => d.Name)));
            return;
        }

        var kinds = KindsOf(map, faults);
        var events = EventsOf(map, kind, faults);
        var ofClock = kind.Name is "clock";
        var wired = events.Count > 0 || ofClock ? [[]] : Wire(map, kind, channels, faults);
        var peers = PeersOf(map, kind, faults);
        var every = Span(map, "every", 900_000, faults);
        var sample = Span(map, "sample", 0, faults);
        var lateness = Span(map, "lateness", 120_000, faults);
        var budget = map.Text("budget");
        var alarms = double.NaN;
        if (budget.Length > 0 && !(double.TryParse(budget, NumberStyles.Float, CultureInfo.InvariantCulture, out alarms) && alarms is > 0 and <= 1_000))
            faults.Add(map.Get("budget")!, $"'{budget}'", "false alarms a device may give in 30 days, above 0 and at most 1000");
        var waits = map.Flag("waits");
        if (waits && budget.Length == 0) faults.Add(map.Get("waits")!, "'waits:' without a budget", "budget: the alarms a device may give in 30 days, which it waits for");
        map.End();

        // A detector of any series watches each channel it is given alone.
        var apart = kind.Create().Channels is ["value", ..];
        foreach (var source in apart ? wired[0].Select(c => (Channel[][])[[c], .. wired[1..]]) : [wired])
        {
            var own = apart ? id + "_" + source[0][0].Name : id;
            if (channels.GetOrAdd("score_" + own) is not { } score || channels.GetOrAdd("margin_" + own) is not { } margin || channels.GetOrAdd("why_" + id) is not { } why || channels.GetOrAdd("sign_" + id) is not { } sign)
            {
                faults.Add(map.Node, "more channels than the hub keeps", $"at most {ChannelTable.Limit}");
                return;
            }

            specs.Add(new DetectorSpec
            {
                Id = own,
                Kind = kind,
                Kinds = kinds,
                Channels = source,
                Score = score,
                Margin = margin,
                Why = why,
                Sign = sign,
                Events = events,
                OfClock = ofClock,
                Peers = peers,
                Ambient = peers == PlaceKind.Unknown ? -1 : kind.Create().Channels.IndexOf("neighbours"),
                Waits = waits,
                EveryMs = every,
                SampleMs = sample,
                LatenessMs = lateness,
                AlarmsPerMonth = alarms,
                Hash = Hash(own, kind.Name, source, events),
            });
        }
    }

    private static HashSet<string> KindsOf(YamlMap map, FaultList faults)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        if (map.Need("watch", "watch: {kinds: [doorReader]}") is null || map.Map("watch") is not { } watch) return kinds;
        foreach (var kind in watch.Texts("kinds"))
        {
            if (!DeviceKinds.IsKnown(kind)) faults.Add(watch.Get("kinds")!, $"the device kind '{kind}'", Spelling.Nearest(kind, DeviceKinds.All.Select(k => k.Id)) is { } near ? $"did you mean '{near}'?" : "a kind of device");
            kinds.Add(kind);
        }

        if (kinds.Count == 0) faults.Add(watch.Node, "no kinds", "watch: {kinds: [doorReader]}");
        watch.End();
        return kinds;
    }

    // A camera names a class in events; how sure it is of each feeds the detector.
    private static HashSet<string> EventsOf(YamlMap map, DetectorKind kind, FaultList faults)
    {
        var events = new HashSet<string>(map.Texts("events"), StringComparer.Ordinal);
        if (events.Count > 0 && kind.Create().Channels is not ["confidence"]) faults.Add(map.Get("events")!, $"events for '{kind.Name}'", "events: only for a detector that is fed a confidence (sighting)");
        return events;
    }

    private static PlaceKind PeersOf(YamlMap map, DetectorKind kind, FaultList faults)
    {
        if (map.Get("peers") is not { } value) return PlaceKind.Unknown;
        var compares = kind.Create().Channels;
        if (!compares.Contains("peers") && !compares.Contains("neighbours")) faults.Add(value, $"peers for '{kind.Name}'", "peers: only for a detector that compares with neighbours (health, charger-port)");
        if (ConditionReader.TryPlaceKind(map.Text("peers"), out var level)) return level;
        faults.Add(value, $"'{map.Text("peers")}'", "a kind of place: " + ConditionReader.PlaceKinds);
        return PlaceKind.Unknown;
    }

    private static Channel[][] Wire(YamlMap map, DetectorKind kind, ChannelTable channels, FaultList faults)
    {
        var names = kind.Create().Channels.ToArray();
        var wired = names.Select(_ => Array.Empty<Channel>()).ToArray();
        var own = map.Map("channels");
        for (var i = 0; i < names.Length; i++)
        {
            IReadOnlyList<string> from = own is null ? [names[i]] : own.Texts(names[i]);
            foreach (var name in from)
            {
                if (channels.Find(name) is { } channel) wired[i] = [.. wired[i], channel];
                else if (own is not null || i < kind.Needed)
                    faults.Add(own?.Get(names[i]) ?? map.Node, $"the channel '{name}'", ChannelSuggestion(name, channels));
            }
        }

        own?.End();
        for (var i = 0; i < kind.Needed; i++)
            if (wired[i].Length == 0) faults.Add(map.Node, $"nothing that feeds '{names[i]}'", $"channels: {{{names[i]}: [a channel of the device]}}");
        if (wired.All(w => w.Length == 0)) faults.Add(map.Node, "no channel at all", "channels: for one of " + string.Join(", ", names));
        return wired;
    }

    private static string ChannelSuggestion(string name, ChannelTable channels)
    {
        var known = new List<string>();
        foreach (var channel in channels.All) known.Add(channel.Name);
        return Spelling.Nearest(name, known) is { } near ? $"did you mean '{near}'?" : "a channel of the catalogue";
    }

    private static long Span(YamlMap map, string name, long otherwise, FaultList faults)
    {
        var text = map.Text(name);
        if (text.Length == 0) return otherwise;
        if (Units.TryDuration(text, out var ms) && ms is > 0 and <= 7L * 86_400_000) return ms;
        faults.Add(map.Get(name)!, $"'{text}'", "a time such as 15 min, at most 7 d");
        return otherwise;
    }

    private static string Hash(string id, string detector, Channel[][] wired, IReadOnlySet<string> events)
    {
        var text = id + "\n" + detector + "\n" + string.Join('\n', wired.Select(w => string.Join(',', w.Select(c => c.Name))));
        if (events.Count > 0) text += "\n" + string.Join(',', events.Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
