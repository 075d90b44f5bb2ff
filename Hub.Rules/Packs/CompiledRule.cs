using Hub.Core;
using Hub.Core.Places;
using Hub.Rules.Engine;
using Hub.Rules.Expressions;
using Hub.Rules.Operators;

namespace Hub.Rules.Packs;

/// <summary>One rule as the engine runs it. Shared by all lanes: holds no state of a key.</summary>
internal sealed class CompiledRule
{
    public required int Index { get; init; }
    public required string Id { get; init; }
    public required string Version { get; init; }
    public required string Pack { get; init; }
    public required string Type { get; init; }
    public required LocalText Title { get; init; }
    public required LocalText Description { get; init; }
    public required string Owner { get; init; }
    public required string Basis { get; init; }
    public required string BasisEn { get; init; }
    public required string Source { get; init; }

    /// <summary>Line of the pack it begins on.</summary>
    public required int Line { get; init; }

    /// <summary>Hash of the rule's own text and overrides: state survives a reload only if it is the same.</summary>
    public required string Hash { get; init; }

    public required IReadOnlySet<string> Kinds { get; init; }
    public required IReadOnlyList<PlaceKind> PlaceKinds { get; init; }
    public required IReadOnlyDictionary<string, string> DeviceAttributes { get; init; }
    public required IReadOnlyList<KeyLevel> Levels { get; init; }
    public required bool Zoned { get; init; }
    public required string Family { get; init; }
    public required long WindowMs { get; init; }
    public required Scope Scope { get; init; }
    public required StatefulNode[] Stateful { get; init; }
    public required IReadOnlyDictionary<string, Node> Lets { get; init; }
    public required RuleStep[] Steps { get; init; }
    public required ClearRule Clear { get; init; }

    /// <summary>What whoever reads an alert should also know; it changes nothing but the wording.</summary>
    public required IReadOnlyList<Hint> Hints { get; init; }
    public required IReadOnlyList<string> FirstReceivers { get; init; }
    public required bool AutoFile { get; init; }
    public required bool Restricted { get; init; }
    public required bool Shadow { get; init; }

    /// <summary>Name of a detector that runs the whole rule; empty for a rule of conditions.</summary>
    public required string Detector { get; init; }

    private readonly Lazy<Func<Frame, bool>?> stirs;
    private bool? lifeSafety;

    public CompiledRule() => stirs = new Lazy<Func<Frame, bool>?>(() => Gate.Of(this));

    /// <summary>Whether a message can matter to a key whose conditions all rest; null when they never do.</summary>
    public Func<Frame, bool>? Stirs => stirs.Value;

    public RuleLedger Ledger { get; set; } = new();

    /// <summary>Can reach P1: judges late data too and is never held back.</summary>
    public bool LifeSafety => lifeSafety ??= Steps.Any(s => s.Severity == Severity.P1);

    public bool Watches(string kind) => Detector.Length == 0 && (Kinds.Count == 0 || Kinds.Contains(kind));

    public bool Watches(DeviceState state)
    {
        var device = state.Device;
        if (PlaceKinds.Count > 0 && !PlaceKinds.Contains(device.Place.Kind)) return false;
        foreach (var (name, value) in DeviceAttributes)
        {
            var actual = device.Attributes.TryGetValue(name, out var own) ? own : device.Place.Attributes?.GetValueOrDefault(name);
            if (!string.Equals(actual, value, StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }
}

/// <summary>What a key stands for: the device, its own place, or the nearest place of a kind.</summary>
internal readonly record struct KeyLevel(bool Device, PlaceKind Kind)
{
    public static readonly KeyLevel OfDevice = new(true, PlaceKind.Unknown);
    public static readonly KeyLevel OfPlace = new(false, PlaceKind.Unknown);
}

/// <summary>One step of severity.</summary>
internal sealed record RuleStep(
    string Name, Severity Severity, string Type, Node When, Func<Frame, double> Confidence, LocalText? Title, TextTemplate Explain,
    IReadOnlyList<CommandTemplate> Commands, IReadOnlyList<string>? FirstReceivers, bool? AutoFile);

/// <summary>A remark that is added to the text of an alert while its condition holds.</summary>
internal sealed record Hint(Node When, LocalText Text);

/// <summary>When an open alert is over.</summary>
/// <param name="When">What must hold; null: that no step holds any more.</param>
/// <param name="ForMs">For how long (step-down time).</param>
internal sealed record ClearRule(Node? When, long ForMs);

internal enum CommandTarget { Device, Row, Level }

/// <summary>An order that goes out with a step.</summary>
internal sealed record CommandTemplate(string Name, CommandTarget To, string Kind, PlaceKind Level, IReadOnlyDictionary<string, string>? Arguments);
