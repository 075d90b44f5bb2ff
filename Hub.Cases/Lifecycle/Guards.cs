using Hub.Core;
using Hub.Core.Ports;

namespace Hub.Cases.Lifecycle;

/// <summary>What a step demands beyond its row in the table. Each guard gives a sentence: what was found, what is needed.</summary>
internal static class Guards
{
    private const double ArrivalMetres = 50;
    private const int MaxText = 2000, MaxRef = 500, MaxEvidence = 100;

    /// <summary>Throws when the request lacks something that belongs to every request.</summary>
    public static void Shape(TransitionRequest r)
    {
        foreach (var (name, text) in new[] { ("note", r.Note), ("reason", r.Reason), ("target", r.Target), ("receipt", r.Receipt), ("actionCode", r.ActionCode), ("assignee", r.Assignee) })
            if (text.Length > MaxText) throw Incomplete($"{name} has {text.Length} characters; at most {MaxText} are allowed");
        Evidence(r.Evidence);
    }

    /// <summary>Throws when evidence items are too many or too long.</summary>
    public static void Evidence(IReadOnlyList<EvidenceItem> items)
    {
        if (items.Count > MaxEvidence) throw Incomplete($"{items.Count} evidence items; at most {MaxEvidence} are allowed");
        foreach (var item in items)
            if (item.Kind.Length is 0 or > 40 || item.Ref.Length is 0 or > MaxRef || item.Hash.Length is not (0 or 64))
                throw Incomplete($"an evidence item of kind '{item.Kind}' is malformed; expected a kind, a ref of at most {MaxRef} characters, and a SHA-256 in hex or no hash");
    }

    /// <summary>Throws when a guard of the step is not met.</summary>
    public static void Check(Step step, GridCase c, TransitionRequest r, bool asksOnly, bool wantsPhotos, long nowMs)
    {
        foreach (var need in step.Needs) Need(need, step, c, r, asksOnly, wantsPhotos, nowMs);
        switch (step.Action)
        {
            case CaseActions.File when c.State == CaseState.Reported && (c.Confidence < 0.8 || c.Source is "resident" or "hotline" or "superior"):
                throw Incomplete($"case {c.Id} comes from {(c.Source == "rule" ? FormattableString.Invariant($"a rule with confidence {c.Confidence:0.00}") : c.Source)}; it has to be verified before filing (action verify)");
            case CaseActions.Dispatch when r.Assignee.Length > 100:
                throw Incomplete("assignee is too long; expected a role name or an account id");
            case CaseActions.Close or CaseActions.Rework when c.Handlers.Contains(r.Actor.Id):
                throw new CaseRefusedException(Refusal.Forbidden, $"{r.Actor.Id} handled case {c.Id} and may not verify it; another person has to");
            case CaseActions.Confirm when c.AnsweredAtMs > 0 && c.ConfirmAtMs == 0 && !c.Type.EndsWith("Suspected", StringComparison.Ordinal):
                throw new CaseRefusedException(Refusal.IllegalTransition, $"case {c.Id} is {c.Type} and was taken up already; there is nothing to confirm");
            case CaseActions.Whistle when c.Whistles.Count >= 20:
                throw Incomplete($"case {c.Id} has called {c.Whistles.Count} departments; no more than 20 are allowed");
            case CaseActions.CheckIn when !c.Whistles.Any(w => w.Department == r.Target && w.CheckedInAtMs == 0):
                throw Incomplete($"department '{r.Target}' was not called to case {c.Id}, or has checked in; called: {Called(c)}");
            case CaseActions.CheckOut when !c.Whistles.Any(w => w.Department == r.Target && w.CheckedInAtMs > 0 && w.CheckedOutAtMs == 0):
                throw Incomplete($"department '{r.Target}' is not checked in to case {c.Id}; called: {Called(c)}");
            default: return;
        }
    }

    /// <summary>P1 and P2 are closed by two: the Inspector verifies, the ShiftLeader approves.</summary>
    public static bool NeedsSecond(GridCase c) => c.Severity <= Severity.P2;

    public static CaseRefusedException Incomplete(string message) => new(Refusal.Incomplete, message);

    private static void Need(string need, Step step, GridCase c, TransitionRequest r, bool asksOnly, bool wantsPhotos, long nowMs)
    {
        var missing = need switch
        {
            "reason" => r.Reason.Length == 0 ? "a reason" : null,
            "note" => r.Note.Length == 0 ? "a note" : null,
            "actionCode" => r.ActionCode.Length == 0 ? "an action code" : null,
            "target" => r.Target.Length == 0 ? "a target" : null,
            "receipt" => r.Receipt.Length == 0 ? "a receipt number" : null,
            "evidence" => r.Evidence.Count == 0 ? "at least one evidence item" : null,
            "rating" => r.Rating is < 1 or > 5 ? "a rating from 1 to 5" : null,
            "untilMs" => r.UntilMs <= nowMs && !(r.UntilMs == 0 && asksOnly) ? "a date in the future (untilMs)" : null,
            "photos" => wantsPhotos && !(Has(c, r, "photoBefore", 0) && Has(c, r, "photoAfter", 0)) ? "a photo before and one after (evidence photoBefore and photoAfter)" : null,
            "photo" => c.Active && wantsPhotos && c.Asked != "close" && !Has(c, r, "photo", c.HandledAtMs) ? "a photo of the same view taken after the work, because the sensor is not quiet yet" : null,
            "arrival" => Arrival(c, r.Arrival),
            _ => throw new System.Diagnostics.UnreachableException($"BUG: need {need}"),
        };
        if (missing is not null) throw Incomplete($"{step.Action} of case {c.Id} needs {missing}");
    }

    private static bool Has(GridCase c, TransitionRequest r, string kind, long sinceMs) =>
        r.Evidence.Any(e => e.Kind.StartsWith(kind, StringComparison.Ordinal)) || c.Evidence.Any(e => e.Kind.StartsWith(kind, StringComparison.Ordinal) && e.AtMs > sinceMs);

    private static string? Arrival(GridCase c, ArrivalProof? proof)
    {
        if (proof?.Plate is { Length: > 0 } plate)
            return Related(plate, c.PlaceId) ? null : $"the plate of {c.PlaceId}; the one that was scanned is {plate}";
        if (proof is not { Longitude: { } lon, Latitude: { } lat } || !double.IsFinite(lon) || !double.IsFinite(lat)) return "proof of arrival: a position or a scanned plate";
        if (c.Longitude is not { } toLon || c.Latitude is not { } toLat) return $"a scanned plate, because the position of {c.PlaceId} was never surveyed";
        var off = Metres(lon, lat, toLon, toLat);
        return off <= ArrivalMetres ? null : FormattableString.Invariant($"a position within {ArrivalMetres} m of the place; it is {off:0} m off");
    }

    // A plate hangs at a courtyard or a stairwell: it proves presence for what lies inside, and the other way round.
    private static bool Related(string a, string b) =>
        a == b || (a.Length > 0 && b.StartsWith(a + "/", StringComparison.Ordinal) && a.Contains('/', StringComparison.Ordinal)) || a.StartsWith(b + "/", StringComparison.Ordinal);

    private static double Metres(double lon1, double lat1, double lon2, double lat2)
    {
        const double metresPerDegree = 111_320;
        var dx = (lon2 - lon1) * Math.Cos((lat1 + lat2) / 2 * Math.PI / 180) * metresPerDegree;
        var dy = (lat2 - lat1) * metresPerDegree;
        return Math.Sqrt((dx * dx) + (dy * dy));
    }

    private static string Called(GridCase c) => c.Whistles.Count == 0 ? "none" : string.Join(", ", c.Whistles.Select(w => w.Department));
}
