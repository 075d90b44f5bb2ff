using System.Net;

namespace Hub.Mqtt;

/// <summary>A client published too fast for too long and is shut out for a while.</summary>
/// <param name="ClientId">Its identifier.</param>
/// <param name="Principal">Who the gatekeeper said it is.</param>
/// <param name="RemoteAddress">Where it called from, if known.</param>
/// <param name="Rate">Messages a second it was allowed.</param>
/// <param name="Until">When it may come back.</param>
public readonly record struct ClientQuarantine(string ClientId, object? Principal, IPAddress? RemoteAddress, int Rate, DateTimeOffset Until);
