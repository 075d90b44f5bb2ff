using System.Linq.Expressions;

namespace Hub.Rules.Expressions;

internal enum ValueType { Number, Text, Truth }

/// <summary>A part of an expression with its type, its unit and how an alert names it.</summary>
internal sealed record Typed(Expression Code, ValueType Type, string Unit = "", string Label = "", bool Literal = false, int Local = -1)
{
    public string Describe() => Type switch
    {
        ValueType.Number when Unit.Length > 0 => $"a number in {Unit}",
        ValueType.Number => "a number without a unit",
        ValueType.Text => "a text",
        _ => "a yes or no",
    };
}

/// <summary>A compiled condition over one device's readings and the event at hand.</summary>
/// <param name="Test">The condition; false when anything it needs is missing, suspect, NaN or divided by zero.</param>
/// <param name="Locals">Numbers (within the rule) of the channels it names.</param>
/// <param name="Events">Event types it names.</param>
/// <param name="Shown">Its comparisons, for the alert's inputs.</param>
/// <param name="Code">What was compiled: kept so that it can be reasoned about without running it.</param>
internal sealed record CompiledTest(Func<Engine.Frame, bool> Test, int[] Locals, string[] Events, IReadOnlyList<ShownComparison> Shown, Expression Code);
