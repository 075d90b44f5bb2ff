using Hub.Cases.Lifecycle;
using Hub.Core.Ports;

namespace Hub.Cases.Desk;

/// <summary>What a manual report must bring (T1).</summary>
internal static class ReportGuard
{
    private static readonly string[] sources = ["person", "resident", "hotline", "superior"];
    private static readonly string[] silent = [Roles.Viewer, Roles.Auditor, Roles.PrivacyOfficer];

    /// <summary>Throws when the report is incomplete; returns the post it is made in.</summary>
    public static string Check(ManualReport r)
    {
        var posts = r.Post.Length > 0 ? [r.Post] : r.Actor.Roles;
        var post = posts.FirstOrDefault(p => r.Actor.Roles.Contains(p) && !silent.Contains(p));
        if (post is null || r.Actor.Disabled) throw new CaseRefusedException(Refusal.Forbidden, $"{r.Actor.Id} ({string.Join(", ", posts)}) may not report cases");
        if (!sources.Contains(r.Source)) throw Guards.Incomplete($"source is '{r.Source}'; expected one of {string.Join(", ", sources)}");
        if (!Enum.IsDefined(r.Severity)) throw Guards.Incomplete($"severity is {(int)r.Severity}; expected 1 to 4");
        if (r.Type.Length is 0 or > 64 || !r.Type.All(char.IsAsciiLetterOrDigit)) throw Guards.Incomplete($"type is '{r.Type}'; expected the English id of an anomaly type, such as FlyingWireCharging");
        if (r.PlaceId.Length is 0 or > 256) throw Guards.Incomplete("a report needs a place");
        if (r.Note.Length is 0 or > 2000) throw Guards.Incomplete($"the note has {r.Note.Length} characters; expected 1 to 2000");
        if (r.Evidence.Count == 0 && r.Source != "hotline") throw Guards.Incomplete("a report needs at least one evidence item, unless it came by telephone");
        Guards.Evidence(r.Evidence);
        return post;
    }
}
