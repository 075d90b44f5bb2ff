namespace Hub.Core.Devices;

/// <summary>A kind of device: what it is called, how often it speaks, and how long it may be silent.</summary>
/// <param name="Id">Stable English id (<c>chargerPort</c>), as in topics, API and rules.</param>
/// <param name="Title">Name for people.</param>
/// <param name="PeriodSeconds">Longest regular interval between two messages.</param>
/// <param name="OfflineAfterSeconds">Silence after which the device counts as not watched: max(3 × period, 120 s); daily reporters 50 h.</param>
/// <param name="LifeSafety">Fire, gas and SOS devices: their outage is a P3 and their alarms can never be muted.</param>
public sealed record DeviceKind(string Id, LocalText Title, int PeriodSeconds, int OfflineAfterSeconds, bool LifeSafety = false);
