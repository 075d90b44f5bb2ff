using Hub.Cases.Grids;
using Hub.Core.Ports;

namespace Hub.Cases.Lifecycle;

/// <summary>Who may see a case, and in which post an account may act on it.</summary>
internal static class Posts
{
    private static readonly string[] onlookers = [Roles.Viewer, Roles.Auditor, Roles.PrivacyOfficer];
    private static readonly string[] shiftLeader = [Roles.ShiftLeader];
    private static readonly string[] inspector = [Roles.Inspector];
    private static readonly string[] leadReaders = [Roles.CommunityPolice, Roles.GridHead, Roles.Admin];

    /// <summary>Whether the account may see the case: restricted leads are for community police and the grid head, everything else for those whose grids it lies in.</summary>
    public static bool MaySee(GridCase c, Account account, GridTree grids)
    {
        if (account.Disabled) return false;
        if (c.Restricted && !account.Roles.Any(leadReaders.Contains)) return false;
        return IsAdmin(account) || account.Grids.Count == 0 || account.Grids.Any(scope => Covers(scope, c, grids));
    }

    /// <summary>The post for a step, and whether it may only ask; null when the account has none.</summary>
    public static (string Post, bool AsksOnly)? For(Step step, GridCase c, Account account, string wanted)
    {
        if (wanted.Length > 0 && !account.Roles.Contains(wanted)) return null;
        var posts = wanted.Length > 0 ? [wanted] : account.Roles;
        foreach (var post in posts)
            if (post == Roles.Admin || Allowed(Of(step, c), post, c, account)) return (post, AsksSecond(step, c));
        foreach (var post in posts)
            if (Allowed(step.Askers, post, c, account)) return (post, true);
        return null;
    }

    /// <summary>The posts of a step for this case: the row's, unless the case calls for a higher one.</summary>
    public static IReadOnlyList<string> Of(Step step, GridCase c) => step.Action switch
    {
        CaseActions.Close => Guards.NeedsSecond(c) && c.Asked == CaseActions.Close ? shiftLeader : inspector,
        CaseActions.Dispatch or CaseActions.Return when c.Returns >= 2 => shiftLeader,
        _ => step.Posts,
    };

    /// <summary>P1 and P2 are closed by two: the first only verifies and asks.</summary>
    public static bool AsksSecond(Step step, GridCase c) => step.Action == CaseActions.Close && Guards.NeedsSecond(c) && c.Asked != CaseActions.Close;

    public static bool IsAdmin(Account account) => account.Roles.Contains(Roles.Admin);

    private static bool Allowed(IReadOnlyList<string> allowed, string post, GridCase c, Account account)
    {
        foreach (var role in allowed)
        {
            if (role == post) return true;
            if (onlookers.Contains(post)) continue;
            var leads = c.Assignee == post || c.Assignee == account.Id;
            if (role == Transitions.Lead && leads) return true;
            if (role == Transitions.Unit && (leads || c.Receivers.Contains(post))) return true;
        }

        return false;
    }

    private static bool Covers(string scope, GridCase c, GridTree grids) =>
        grids.IsWithin(c.GridCode, scope) || c.DedicatedGrids.Contains(scope)
        || (c.PlaceId.StartsWith(scope, StringComparison.Ordinal) && (c.PlaceId.Length == scope.Length || c.PlaceId[scope.Length] == '/'));
}
