namespace Hub.Core.Devices;

/// <summary>A device as it stands in the database.</summary>
/// <param name="Id">Id in topics.</param>
/// <param name="Kind">Id of its kind.</param>
/// <param name="Name">Name for people; may be empty.</param>
/// <param name="PlaceId">Path of its place (<c>leshan/estate-3/building-07/stairwell-2</c>); empty when not known.</param>
/// <param name="GatewayId">Gateway that may speak for it, or null.</param>
/// <param name="CredentialHash">Salted hash of its password in the form <c>pbkdf2$iterations$salt$hash</c> (base64), or null when it has none.</param>
/// <param name="Longitude">WGS 84, degrees; null: that of the place.</param>
/// <param name="Latitude">WGS 84, degrees; null: that of the place.</param>
/// <param name="Sim">Simulated.</param>
/// <param name="Disabled">Refused at the door.</param>
/// <param name="Attributes">Free facts for rules.</param>
public sealed record DeviceRecord(
    string Id,
    string Kind,
    string Name,
    string PlaceId,
    string? GatewayId = null,
    string? CredentialHash = null,
    double? Longitude = null,
    double? Latitude = null,
    bool Sim = false,
    bool Disabled = false,
    IReadOnlyDictionary<string, string>? Attributes = null);
