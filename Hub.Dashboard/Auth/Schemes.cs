namespace Hub.Dashboard.Auth;

/// <summary>Names of the ways to sign in and of what a route may ask for.</summary>
internal static class Schemes
{
    /// <summary>Chooses between the other two by what the request carries.</summary>
    public const string Either = "Hub";

    /// <summary>A bearer token in the header, or as <c>access_token</c> for the live channel.</summary>
    public const string Token = "HubToken";

    /// <summary>The cookie of a person's session.</summary>
    public const string Session = "HubSession";

    public const string AdminOnly = "AdminOnly";

    /// <summary>May change things: everybody but pure onlookers.</summary>
    public const string MayAct = "MayAct";

    /// <summary>May throw away or retry messages and try rules.</summary>
    public const string Upkeep = "Upkeep";
}
