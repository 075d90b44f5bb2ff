namespace Hub.Ingest;

/// <summary>What a device that nobody registered says about itself in a status message. Taken once, under <see cref="UnknownDevices.Accept"/> only.</summary>
/// <param name="Kind">Id of its kind: 1 to 64 letters and digits; need not be a shipped one.</param>
/// <param name="Name">Name for people; empty when it told none or one that may not be kept.</param>
/// <param name="PlaceId">Path of its place; empty when it told none.</param>
/// <param name="GatewayId">The gateway that speaks for it, or null.</param>
/// <param name="Longitude">WGS 84, degrees; null: that of the place.</param>
/// <param name="Latitude">WGS 84, degrees; null: that of the place.</param>
/// <param name="Sim">Simulated.</param>
/// <param name="Attributes">Short facts for rules (<c>battery=lithium</c>); null when it told none.</param>
internal sealed record Introduction(
    string Kind, string Name, string PlaceId, string? GatewayId, double? Longitude, double? Latitude, bool Sim, IReadOnlyDictionary<string, string>? Attributes);
