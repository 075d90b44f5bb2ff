namespace Hub.Rules;

/// <summary>How one declared detector stands in a lane.</summary>
/// <param name="Id">Its id in detectors.yaml.</param>
/// <param name="Detector">Kind of detector.</param>
/// <param name="Keys">Devices it watches.</param>
/// <param name="KeyWeeks">Weeks of devices it has watched.</param>
/// <param name="Threshold">Threshold from its budget; NaN while its own fixed one stands.</param>
/// <param name="Asked">False alarms its budget allowed since then.</param>
/// <param name="Realised">Alarms that came since then, false or not.</param>
public readonly record struct DetectorAudit(string Id, string Detector, int Keys, double KeyWeeks, double Threshold, double Asked, long Realised);

/// <summary>A score a detector gave, on its way to the readings store.</summary>
/// <param name="Device">Device that was scored.</param>
/// <param name="Channel">Score or margin channel.</param>
/// <param name="Value">The score, in the unit of the detector.</param>
/// <param name="AtMs">Event time, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Position">Journal record that made it.</param>
/// <param name="Ordinal">Which score of that record, from 0.</param>
/// <param name="Sim">Simulated.</param>
public readonly record struct ScoreReading(Core.Devices.Device Device, Core.Channel Channel, double Value, long AtMs, long Position, int Ordinal, bool Sim);
