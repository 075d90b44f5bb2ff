using Hub.Core;

namespace Hub.Dashboard.Api;

/// <summary>A refusal the caller can understand: becomes an RFC 9457 problem. For the caller's mistakes only, never for our own bugs.</summary>
internal sealed class ApiProblem(int status, string code, LocalText detail) : Exception(detail.En)
{
    public int Status { get; } = status;

    /// <summary>Short stable word that programs may branch on.</summary>
    public string Code { get; } = code;

    public LocalText Detail { get; } = detail;

    /// <summary>What may be done or said instead.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>One entry a faulty parameter or item.</summary>
    public IReadOnlyList<Fault>? Faults { get; init; }

    /// <summary>Seconds to wait before trying again; 0 when waiting does not help.</summary>
    public int RetryAfterSeconds { get; init; }

    public static ApiProblem NotFound(LocalText what, string id) => new(404, "not-found", new LocalText($"没有{what.Zh}：{id}", $"There is no {what.En} '{id}'."));

    public static ApiProblem Bad(string name, string found, string expected) => BadRequest([new Fault(name, found, expected)]);

    public static ApiProblem BadRequest(IReadOnlyList<Fault> faults) =>
        new(400, "bad-request", new LocalText(
            string.Join("；", faults.Take(5).Select(f => $"{f.Name}：收到 {f.Found}，应为 {f.Expected}")),
            string.Join("; ", faults.Take(5).Select(f => $"{f.Name}: found {f.Found}, expected {f.Expected}"))))
        {
            Faults = faults,
        };
}

/// <summary>What was wrong with one parameter, field or item.</summary>
internal sealed record Fault(string Name, string Found, string Expected);
