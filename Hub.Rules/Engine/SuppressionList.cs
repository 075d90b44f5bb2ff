using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.Core;
using Hub.Core.Devices;
using Hub.Core.Places;
using Hub.Core.Ports;
using Hub.Rules.Operators;
using Hub.Rules.Packs;

namespace Hub.Rules.Engine;

/// <summary>What is held back in a lane. It is asked only when an alert is about to go out: conditions never see it.</summary>
/// <remarks>
/// That is the first half of why no suppression can mute a P1: what a condition does not see cannot make it false. The second half is
/// <see cref="Passes"/>, the one place where severity decides.
/// </remarks>
internal sealed class SuppressionList(World world)
{
    private const string OutageType = "DeviceOutage";

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private Suppression[] all = [];
    private string text = "[]";

    /// <summary>As it was given, for the snapshot.</summary>
    public string Text => text;

    /// <summary>Whether an alert of this step goes out whatever is suppressed: P1, and protective orders of rules that can reach P1.</summary>
    public static bool Passes(CompiledRule rule, RuleStep step) => step.Severity == Severity.P1 || (rule.LifeSafety && step.Commands.Count > 0);

    public static byte[] Write(IEnumerable<Suppression> suppressions) => JsonSerializer.SerializeToUtf8Bytes(suppressions, json);

    public void Replace(string written)
    {
        all = [.. (JsonSerializer.Deserialize<Suppression[]>(written, json) ?? []).OrderBy(s => s.Id, StringComparer.Ordinal)];
        text = written;
    }

    /// <summary>The suppression that holds an alert back; null when it may go out.</summary>
    public Suppression? Holding(KeyState key, RuleStep step, Device? device) => all.Length == 0 || Passes(key.Rule, step) ? null : Matching(key, step, device);

    /// <summary>The maintenance or test window that an alert goes out in; null when there is none.</summary>
    public Suppression? Around(KeyState key, RuleStep step, Device? device) =>
        all.Length == 0 || !Passes(key.Rule, step) ? null : Matching(key, step, device, windowsOnly: true);

    /// <summary>Whether the one that holds a key back still does.</summary>
    public bool StillHolds(string id, KeyState key) =>
        Array.Find(all, s => string.Equals(s.Id, id, StringComparison.Ordinal)) is { } found && found.InForce(world.NowMs) && WhileHolds(found, key);

    /// <summary>When to ask again, milliseconds since 1970-01-01 UTC.</summary>
    public long AskAgainMs(string id)
    {
        var found = Array.Find(all, s => string.Equals(s.Id, id, StringComparison.Ordinal));
        if (found is null) return world.NowMs;
        return found.While.Count > 0 ? Math.Min(found.ToMs, world.NowMs + 10_000) : found.ToMs;
    }

    private Suppression? Matching(KeyState key, RuleStep step, Device? device, bool windowsOnly = false)
    {
        foreach (var s in all)
            if ((!windowsOnly || s.Kind is SuppressionKind.Maintenance or SuppressionKind.Test) && s.InForce(world.NowMs) && Covers(s, key, step, device ?? key.Device?.Device) && WhileHolds(s, key)) return s;
        return null;
    }

    private static bool Covers(Suppression s, KeyState key, RuleStep step, Device? device) =>
        Names(s.Types, step.Type) && Names(s.Rules, key.Rule.Id)
        && (s.Devices.Count == 0 || (device is not null && Names(s.Devices, device.Id)))
        && (s.Kinds.Count == 0 || (device is not null && Names(s.Kinds, device.Kind.Id)))
        && (s.Place.Length == 0 || World.Within(key.PlaceId, s.Place) || (device is not null && World.Within(device.Place.Id, s.Place)));

    private bool WhileHolds(Suppression s, KeyState key)
    {
        if (s.While.Count == 0) return true;
        var around = Levels.Around(key.PlaceId, LevelOf(s.WhileLevel));
        return world.AlertNear(Severity.P4, [.. s.While], around, long.MinValue, key) || (s.While.Contains(OutageType, StringComparer.Ordinal) && world.OutageNear(around, key));
    }

    private static PlaceKind LevelOf(string name) => ConditionReader.TryPlaceKind(name.Length == 0 ? "?" : name, out var kind) ? kind : PlaceKind.Unknown;

    private static bool Names(IReadOnlyList<string> names, string name)
    {
        if (names.Count == 0) return true;
        for (var i = 0; i < names.Count; i++) if (string.Equals(names[i], name, StringComparison.Ordinal)) return true;
        return false;
    }
}
