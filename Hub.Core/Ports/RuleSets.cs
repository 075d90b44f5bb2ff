namespace Hub.Core.Ports;

/// <summary>One version of the whole set of rules, kept so that an old journal can be judged as it was.</summary>
/// <param name="Fingerprint">SHA-256 over its files, lower-case hex.</param>
/// <param name="SinceMs">When it was first put in force, milliseconds since 1970-01-01 UTC.</param>
/// <param name="By">Who did: an account, <c>folder</c>, <c>signal</c> or <c>start</c>.</param>
public sealed record RuleSetInfo(string Fingerprint, long SinceMs, string By);

/// <summary>Outcome of taking up the rules folder anew.</summary>
/// <param name="Changed">Other rules are in force now.</param>
/// <param name="Fingerprint">The set in force after it.</param>
/// <param name="Faults">Why the folder was refused, each as <c>file:line:column: found; allowed</c>; empty when it was taken.</param>
public sealed record RuleReload(bool Changed, string Fingerprint, IReadOnlyList<string> Faults);

/// <summary>The rules folder and what became of it: changes are taken up while the hub runs, between two records of the journal.</summary>
public interface IRuleSets
{
    /// <summary>The set in force.</summary>
    string Fingerprint { get; }

    /// <summary>When it was put in force, milliseconds since 1970-01-01 UTC.</summary>
    long SinceMs { get; }

    /// <summary>Faults of the folder as it stands; not empty means it was refused and the set in force is an older one.</summary>
    IReadOnlyList<string> Faults { get; }

    /// <summary>Every version kept, the newest first.</summary>
    IReadOnlyList<RuleSetInfo> Kept { get; }

    /// <summary>The folder the rules are read from.</summary>
    string Folder { get; }

    /// <summary>File names and texts of a kept version; null when there is none of that fingerprint.</summary>
    IReadOnlyList<(string File, string Text)>? FilesOf(string fingerprint);

    /// <summary>Reads the folder now. What is wrong in it is told and changes nothing.</summary>
    /// <param name="by">Who asked.</param>
    /// <param name="stop">Ends the wait for another reload under way.</param>
    Task<RuleReload> ReloadAsync(string by, CancellationToken stop);
}
