using System.ComponentModel.DataAnnotations;

namespace Hub.Ingest;

/// <summary>How guessing passwords is slowed, by the address it comes from (IPv6 by its /64, which one household holds).</summary>
public sealed class SignInOptions
{
    /// <summary>Wrong passwords of one address that cost nothing. Default 10: a few devices set up wrong behind one NAT. Each further one is answered later, up to 4 s.</summary>
    [Range(0, 100_000)] public int FreeFailures { get; set; } = 10;

    /// <summary>Wrong passwords of one address after which it is shut. Default 100: no estate has as many devices set up wrong, and 100 guesses find nothing.</summary>
    [Range(1, 1_000_000)] public int LockFailures { get; set; } = 100;

    /// <summary>Time [s] an address stays shut; half as many failures shut it again. Default 60: fewer than one guess a second, and honest devices are back within a minute.</summary>
    [Range(1, 86_400)] public int LockSeconds { get; set; } = 60;
}
