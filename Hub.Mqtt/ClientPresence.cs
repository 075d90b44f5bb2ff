using System.Net;

namespace Hub.Mqtt;

/// <summary>A client came or went.</summary>
/// <param name="ClientId">Its identifier.</param>
/// <param name="Principal">Who the gatekeeper said it is.</param>
/// <param name="Connected">True when it came.</param>
/// <param name="Reason">Why it went: Success for a proper DISCONNECT, 0x8D for silence, 0x80 for a lost connection…</param>
/// <param name="RemoteAddress">Where it called from, if known.</param>
public readonly record struct ClientPresence(string ClientId, object? Principal, bool Connected, ReasonCode Reason, IPAddress? RemoteAddress);
