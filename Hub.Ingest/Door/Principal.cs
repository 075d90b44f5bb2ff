using Hub.Core.Ports;

namespace Hub.Ingest;

/// <summary>Who stands behind an MQTT connection.</summary>
public abstract record Principal
{
    private Principal() { }

    /// <summary>Anybody, on a hub that lets anyone in.</summary>
    public sealed record Anyone : Principal;

    /// <summary>A device with credentials, or a gateway that also speaks for its children.</summary>
    /// <param name="DeviceId">Its id.</param>
    public sealed record DevicePrincipal(string DeviceId) : Principal;

    /// <summary>A program with a token.</summary>
    /// <param name="TokenId">The token's short id.</param>
    /// <param name="Name">What the token is for.</param>
    /// <param name="IsAdmin">May use every topic.</param>
    /// <param name="Topics">Filters it may publish and subscribe to.</param>
    public sealed record TokenPrincipal(string TokenId, string Name, bool IsAdmin, IReadOnlyList<string> Topics) : Principal
    {
        internal byte[][] Filters { get; } = [.. Topics.Select(System.Text.Encoding.UTF8.GetBytes)];

        internal static TokenPrincipal Of(ApiToken token) => new(token.Id, token.Name, token.Roles.Contains(Roles.Admin), token.Topics);
    }
}
