using System.Globalization;
using Hub.Core;
using Hub.Core.Alerts;
using Hub.Core.Devices;
using Hub.Core.Ports;
using Hub.Rules.Packs;

namespace Hub.Rules.Engine;

/// <summary>Writes alerts: names them by the record that made them, fills in texts, inputs and commands.</summary>
internal sealed class AlertMaker(World world, int lane)
{
    private const int MostCommands = 200;
    private const int MostInputs = 12;

    private long position;
    private long arrivalMs;
    private bool late;

    /// <summary>Alerts so far.</summary>
    public long Count { get; private set; }

    public int Lane => lane;

    public long Position => position;

    public int Ordinal { get; private set; }

    /// <summary>Turns to a journal record. Several observations of one record share one count of alerts.</summary>
    public void At(long newPosition, long newArrivalMs, bool isLate)
    {
        if (newPosition != position) Ordinal = 0;
        position = newPosition;
        arrivalMs = newArrivalMs;
        late = isLate;
    }

    /// <summary>Goes on counting from there.</summary>
    public void Counted(long before) => Count = before;

    public void Restore(long savedPosition, int savedOrdinal) => (position, Ordinal) = (savedPosition, savedOrdinal);

    // What has lasted since before the alert, such as an open door, counts from its beginning.
    private static long LastedSeconds(AlertSignal signal, KeyState key, RuleStep step, Frame frame)
    {
        var since = (frame.NowMs - key.RaisedAtMs) / 1000;
        return signal == AlertSignal.Cleared || step.When.LastedSeconds(frame) is not (> 0 and var lasted) ? since : Math.Max(since, (long)lasted);
    }

    public Alert Make(
        AlertSignal signal, KeyState key, RuleStep step, Frame frame, IReadOnlyDictionary<string, LocalText>? more = null, string? deviceId = null, Suppression? window = null, long heldSince = 0)
    {
        var rule = key.Rule;
        var device = frame.Device?.Device ?? key.Device?.Device;
        var place = world.Directory.PlaceOf(key.PlaceId);
        var confidence = Math.Round(Math.Clamp(step.Confidence(frame) is var c && double.IsNaN(c) ? 1 : c, 0, 1), 3);
        var time = world.Local(heldSince > 0 ? heldSince : frame.NowMs).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var facts = new Dictionary<string, LocalText>(StringComparer.Ordinal)
        {
            ["device"] = NameOf(device),
            ["place"] = place.Title,
            ["zone"] = new(key.Zone ?? "–", key.Zone ?? "–"),
            ["confidence"] = Same(confidence.ToString("0.##", CultureInfo.InvariantCulture)),
            ["time"] = Same(time),
            ["duration"] = Duration(LastedSeconds(signal, key, step, frame)),
        };
        if (more is not null) foreach (var (name, text) in more) facts[name] = text;

        var explanation = signal == AlertSignal.Cleared ? ClearedText(facts["duration"]) : step.Explain.Fill(frame, facts);
        if (signal != AlertSignal.Cleared) explanation = WithHints(rule, frame, explanation);
        if (window is not null) explanation = InWindow(window, explanation);
        if (heldSince > 0) explanation = new LocalText($"{explanation.Zh}（自 {time} 起，此前被压住。）", $"{explanation.En} (Since {time}; held back until now.)");
        var title = step.Title ?? (string.Equals(step.Type, rule.Type, StringComparison.Ordinal) ? rule.Title : AnomalyTypes.TitleOf(step.Type));
        Count++;
        return new Alert
        {
            Lane = lane,
            Position = position,
            Ordinal = Ordinal++,
            Signal = signal,
            Rule = rule.Id,
            RuleVersion = rule.Version,
            Type = step.Type,
            Severity = step.Severity,
            Confidence = confidence,
            PlaceId = key.PlaceId,
            Zone = key.Zone,
            DeviceId = deviceId ?? device?.Id,
            DedupeKey = rule.Family + "@" + key.Name,
            DedupeWindow = TimeSpan.FromMilliseconds(rule.WindowMs),
            OccurredAtMs = frame.NowMs,
            ArrivalMs = arrivalMs,
            Title = place.Id.Length == 0 ? title : new LocalText($"{title.Zh} · {place.Title.Zh}", $"{title.En} · {place.Title.En}"),
            Explanation = explanation,
            Inputs = signal == AlertSignal.Cleared ? [] : InputsOf(step, frame),
            FirstReceivers = step.FirstReceivers ?? rule.FirstReceivers,
            Basis = rule.Basis,
            AutoFile = step.AutoFile ?? rule.AutoFile,
            Restricted = rule.Restricted,
            Commands = signal == AlertSignal.Cleared || rule.Shadow || key.Shadowed ? [] : CommandsOf(step, key, frame),
            Late = late,
            Sim = key.Sim || device is { Sim: true },
            Shadow = rule.Shadow || key.Shadowed,
        };
    }

    // It goes out all the same; whoever reads it should know what is going on there.
    private static LocalText InWindow(Suppression window, LocalText said)
    {
        var (zh, en) = window.Kind == SuppressionKind.Test ? ("测试", "test") : ("维护", "maintenance");
        return new($"【{zh}时段内，请确认】{said.Zh}（{window.Owner}：{window.Reason}）", $"[In a {en} window, confirm] {said.En} ({window.Owner}: {window.Reason})");
    }

    private static LocalText WithHints(CompiledRule rule, Frame frame, LocalText said)
    {
        foreach (var hint in rule.Hints)
            if (hint.When.IsTrue(frame)) said = new($"{said.Zh}（提示：{hint.Text.Zh}）", $"{said.En} (Note: {hint.Text.En})");
        return said;
    }

    private static LocalText Same(string text) => new(text, text);

    private static LocalText ClearedText(LocalText after) => new($"条件已解除，持续 {after.Zh}。", $"The condition no longer holds, after {after.En}.");

    public static LocalText Duration(long seconds) => seconds switch
    {
        < 120 => new($"{seconds} 秒", $"{seconds} s"),
        < 7_200 => new($"{seconds / 60} 分钟", $"{seconds / 60} min"),
        _ => new($"{TextTemplate.Number(seconds / 3600.0)} 小时", $"{TextTemplate.Number(seconds / 3600.0)} h"),
    };

    private static List<AlertInput> InputsOf(RuleStep step, Frame frame)
    {
        var inputs = new List<AlertInput>();
        if (frame.Seen is { EventType: { } type } seen)
            inputs.Add(new AlertInput(seen.Device.Id, ChannelTable.EventPrefix + type, seen.AtMs, seen.Confidence, "", "", null, seen.Snapshot));
        foreach (var term in step.When.Terms(frame))
        {
            if (inputs.Count == MostInputs) break;
            if (term.Device.Length > 0) inputs.Add(new AlertInput(term.Device, ChannelTable.EvidencePrefix + term.Name, term.AtMs, term.Nats, "nat"));
        }

        if (frame.Device is null) return inputs;
        foreach (var comparison in step.When.Shown)
        {
            if (inputs.Count == MostInputs) break;
            // What coalesce() put in the place of a channel that never spoke is no reading.
            if (comparison.Local >= 0 && !frame.WasMeasured(comparison.Local)) continue;
            var value = comparison.Value(frame);
            // Of an "or" only the side that holds is a reason.
            if (!comparison.Holds(value, comparison.Threshold(frame)) || inputs.Exists(i => string.Equals(i.Channel, comparison.Left, StringComparison.Ordinal) && string.Equals(i.Comparison, comparison.Operator, StringComparison.Ordinal) && i.Threshold == comparison.Threshold(frame))) continue;
            var atMs = comparison.Local >= 0 ? frame.TimeOf(comparison.Local) : frame.NowMs;
            inputs.Add(new AlertInput(frame.Device.Device.Id, comparison.Left, atMs, Math.Round(value, 4), comparison.Unit, comparison.Operator, Math.Round(comparison.Threshold(frame), 4)));
        }

        return inputs;
    }

    private List<DeviceCommand> CommandsOf(RuleStep step, KeyState key, Frame frame)
    {
        var commands = new List<DeviceCommand>();
        foreach (var template in step.Commands)
        {
            foreach (var target in TargetsOf(template, key, frame).Order(StringComparer.Ordinal).Take(MostCommands - commands.Count))
                commands.Add(new DeviceCommand(
                    string.Create(CultureInfo.InvariantCulture, $"c{lane}-{position}-{Ordinal - 1}-{commands.Count}"), target, template.Name, template.Arguments));
        }

        return commands;
    }

    private List<string> TargetsOf(CommandTemplate template, KeyState key, Frame frame)
    {
        var device = frame.Device?.Device ?? key.Device?.Device;
        if (template.To == CommandTarget.Device) return device is null ? [] : [device.Id];
        var place = Operators.Levels.Around(device?.Place.Id ?? key.PlaceId, template.Level);
        if (place.Length == 0) return device is null ? [] : [device.Id];
        var row = template.To == CommandTarget.Row ? device?.Attributes.GetValueOrDefault("row") : null;
        var targets = new List<string>();
        foreach (var other in world.Directory.All)
        {
            if (other.Disabled || !string.Equals(other.Kind.Id, template.Kind, StringComparison.Ordinal) || !World.Within(other.Place.Id, place)) continue;
            if (row is null || string.Equals(other.Attributes.GetValueOrDefault("row"), row, StringComparison.Ordinal)) targets.Add(other.Id);
        }

        return targets;
    }

    // A name that only repeats the id tells nobody what stands there: the kind is put before it, in either language.
    private static LocalText NameOf(Device? device)
    {
        if (device is null) return Same("");
        if (device.Name.Length > 0 && !string.Equals(device.Name, device.Id, StringComparison.OrdinalIgnoreCase)) return Same(device.Name);
        var name = device.Name.Length > 0 ? device.Name : device.Id;
        return new LocalText($"{device.Kind.Title.Zh} {name}", $"{device.Kind.Title.En} {name}");
    }
}
