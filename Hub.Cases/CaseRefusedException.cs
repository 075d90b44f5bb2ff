namespace Hub.Cases;

/// <summary>Why a person's request about a case was refused.</summary>
public enum Refusal
{
    /// <summary>No such case, or none that this account may see (404).</summary>
    NotFound = 1,

    /// <summary>The account holds no post that may do this (403).</summary>
    Forbidden = 2,

    /// <summary>The table of transitions has no such step from the present state (409).</summary>
    IllegalTransition = 3,

    /// <summary>Somebody else changed the case meanwhile (409).</summary>
    Outdated = 4,

    /// <summary>A guard is not met: a reason, a proof or a photo is missing (422).</summary>
    Incomplete = 5,
}

/// <summary>A request about a case was refused; the message says what was found and what is allowed now.</summary>
public sealed class CaseRefusedException(Refusal refusal, string message, IReadOnlyList<string>? allowed = null) : Exception(message)
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;

    /// <summary>Names of the actions that this account may take now; empty when none.</summary>
    public IReadOnlyList<string> Allowed { get; } = allowed ?? [];
}
