using Hub.Core;

namespace Hub.Cases.Lifecycle;

/// <summary>One row of the table of transitions.</summary>
/// <param name="Number">Its number (<c>T6</c>); <c>–</c> for what leaves the state.</param>
/// <param name="Action">Name of the action.</param>
/// <param name="Title">Words on the button.</param>
/// <param name="From">States it is allowed from.</param>
/// <param name="To">State afterwards; null leaves it.</param>
/// <param name="Event">Kind of the event it writes.</param>
/// <param name="Posts">Roles that may; <see cref="Transitions.Unit"/> and <see cref="Transitions.Lead"/> stand for the case's own.</param>
/// <param name="Askers">Roles that may only ask for it.</param>
/// <param name="Asked">Kind of the event that an asker writes.</param>
/// <param name="Needs">Members of the request that must be filled.</param>
internal sealed record Step(
    string Number, string Action, LocalText Title, IReadOnlyList<CaseState> From, CaseState? To, string Event, IReadOnlyList<string> Posts,
    IReadOnlyList<string> Askers, string Asked, IReadOnlyList<string> Needs);
