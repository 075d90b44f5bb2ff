using Hub.Core.Devices;

namespace Hub.Simulators.Engine;

/// <summary>One message of a simulated device, ready to publish.</summary>
/// <param name="AtMs">Simulated time at which it leaves the device, milliseconds since 1970-01-01 UTC. The device's own stamp inside may differ: clocks are skewed.</param>
/// <param name="Device">Who speaks.</param>
/// <param name="Topic">Topic, <c>hub/v1/{device}/…</c>.</param>
/// <param name="Payload">JSON, UTF-8, marked <c>"sim":true</c>.</param>
/// <param name="Event">An event or answer, always sent with QoS 1.</param>
public readonly record struct SimMessage(long AtMs, DeviceRecord Device, string Topic, byte[] Payload, bool Event);
