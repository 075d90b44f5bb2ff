namespace Hub.Core.Ports;

/// <summary>A person who may sign in.</summary>
/// <param name="Id">Sign-in name.</param>
/// <param name="DisplayName">Name shown with what they did.</param>
/// <param name="PasswordHash">In the form <c>pbkdf2$iterations$salt$hash</c> (base64); never leaves the server.</param>
/// <param name="Roles">Names of <see cref="Roles"/>; permissions are the union.</param>
/// <param name="Grids">Codes of grids or paths of places the person works for; empty means all.</param>
/// <param name="Disabled">May not sign in.</param>
public sealed record Account(string Id, string DisplayName, string PasswordHash, IReadOnlyList<string> Roles, IReadOnlyList<string> Grids, bool Disabled = false);

/// <summary>A bearer token for automation, an integrator or a wall screen.</summary>
/// <param name="Id">Short id to list and revoke by.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Hash">SHA-256 of the secret, lower-case hex; the secret itself is shown once.</param>
/// <param name="Roles">Names of <see cref="Roles"/>.</param>
/// <param name="CreatedAtMs">Milliseconds since 1970-01-01 UTC.</param>
/// <param name="ExpiresAtMs">Milliseconds since 1970-01-01 UTC; 0 for never.</param>
/// <param name="Revoked">No longer valid.</param>
/// <param name="Topics">MQTT topic filters the token may publish and subscribe to; empty for none.</param>
public sealed record ApiToken(
    string Id, string Name, string Hash, IReadOnlyList<string> Roles, long CreatedAtMs, long ExpiresAtMs, bool Revoked, IReadOnlyList<string> Topics);

/// <summary>One line of the audit: who did what, as what, to what, when and why.</summary>
public sealed record AuditEntry(long AtMs, string Actor, string Post, string Action, string Subject, string Detail);

/// <summary>Accounts, tokens and the audit at rest.</summary>
public interface IAccountStore
{
    /// <summary>The account of that sign-in name, or null.</summary>
    Task<Account?> FindAccountAsync(string id, CancellationToken stop);

    /// <summary>All accounts in the order of id.</summary>
    Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken stop);

    /// <summary>Adds or replaces an account.</summary>
    Task SaveAccountAsync(Account account, CancellationToken stop);

    /// <summary>All tokens in the order of creation.</summary>
    Task<IReadOnlyList<ApiToken>> ListTokensAsync(CancellationToken stop);

    /// <summary>Adds or replaces a token.</summary>
    Task SaveTokenAsync(ApiToken token, CancellationToken stop);

    /// <summary>Appends to the hash-chained audit.</summary>
    Task AuditAsync(AuditEntry entry, CancellationToken stop);
}

/// <summary>The roles of the case workflow (GB/T 30428 and local practice), plus the administrator of the hub.</summary>
public static class Roles
{
    /// <summary>May do everything; for automation and set-up.</summary>
    public const string Admin = "Admin";

    /// <summary>监督员: finds and verifies.</summary>
    public const string Inspector = "Inspector";

    /// <summary>受理员: registers.</summary>
    public const string IntakeClerk = "IntakeClerk";

    /// <summary>值班长: approves filing, suspension, closing.</summary>
    public const string ShiftLeader = "ShiftLeader";

    /// <summary>派遣员: assigns.</summary>
    public const string Dispatcher = "Dispatcher";

    /// <summary>处置部门: acts.</summary>
    public const string HandlingUnit = "HandlingUnit";

    /// <summary>网格员.</summary>
    public const string GridWorker = "GridWorker";

    /// <summary>网格长.</summary>
    public const string GridHead = "GridHead";

    /// <summary>楼道管家.</summary>
    public const string StairSteward = "StairSteward";

    /// <summary>小区专员.</summary>
    public const string EstateSpecialist = "EstateSpecialist";

    /// <summary>物业监控室.</summary>
    public const string PropertyOperator = "PropertyOperator";

    /// <summary>微型消防站.</summary>
    public const string MicroFireCrew = "MicroFireCrew";

    /// <summary>社区民警.</summary>
    public const string CommunityPolice = "CommunityPolice";

    /// <summary>街道网格中心.</summary>
    public const string StreetCentre = "StreetCentre";

    /// <summary>维护人员.</summary>
    public const string Maintainer = "Maintainer";

    /// <summary>隐私官.</summary>
    public const string PrivacyOfficer = "PrivacyOfficer";

    /// <summary>审计员.</summary>
    public const string Auditor = "Auditor";

    /// <summary>Only looks: a wall screen.</summary>
    public const string Viewer = "Viewer";

    /// <summary>Every role.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Admin, Inspector, IntakeClerk, ShiftLeader, Dispatcher, HandlingUnit, GridWorker, GridHead, StairSteward, EstateSpecialist,
        PropertyOperator, MicroFireCrew, CommunityPolice, StreetCentre, Maintainer, PrivacyOfficer, Auditor, Viewer,
    ];
}
