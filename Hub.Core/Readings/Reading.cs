namespace Hub.Core.Readings;

/// <summary>One value of one channel at the time of its observation.</summary>
/// <param name="Channel">What was measured.</param>
/// <param name="Value">Value in <see cref="Channel.Unit"/>; booleans are 1 and 0; for a text reading it is NaN.</param>
/// <param name="Text">The value of a text channel (<c>charging</c>), interned and short; else null.</param>
/// <param name="Suspect">Beyond what the channel can be, or a fault code (<see cref="Core.Channel.IsSuspect"/>): stored, but rules treat it as a fault of the sensor.</param>
public readonly record struct Reading(Channel Channel, double Value, string? Text = null, bool Suspect = false);
