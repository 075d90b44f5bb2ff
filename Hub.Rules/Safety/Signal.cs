using Hub.Core;

namespace Hub.Rules.Safety;

/// <summary>One message that must always end in a P1, whatever else is true: nobody may configure that away.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Kinds">Every kind of device it may come from.</param>
/// <param name="EventType">Type of the event; null for readings.</param>
/// <param name="Channel">Channel of the reading; null for an event.</param>
/// <param name="Value">Its value in the channel's unit; NaN for a text.</param>
/// <param name="Text">Its text; null for a number.</param>
/// <param name="Basis">Where the value comes from.</param>
internal sealed record Signal(LocalText Name, string[] Kinds, string? EventType, string? Channel, double Value, string? Text, string Basis)
{
    /// <summary>Confidence of a camera that is sure; other devices send none, which counts as 1.</summary>
    public const double Sure = 0.9;

    private static readonly string[] detectors = ["smokeAlarm", "shedSmoke", "shedHeat", "shedGas", "userTransmissionDevice"];
    private static readonly string[] cameras = ["aiCamera", "corridorCamera", "liftCamera", "laneCamera"];
    private static readonly string[] alarmWords = ["smoke", "heat", "fire", "manualAlarm", "alarm"];

    /// <summary>All of them. Values lie above the alarm points of the standards: one just above, one above what the sensor is rated for, one far above, as in a fire.</summary>
    public static IReadOnlyList<Signal> All { get; } =
    [
        .. alarmWords.Select(word => Event(new("火灾报警", "fire alarm"), detectors, word, "GB 50116-2013; GB 20517")),
        .. ((string[])["alarm", "fire"]).Select(word => new Signal(new("报警状态", "alarm state"), detectors, null, "state", double.NaN, word, "GB 20517")),
        .. ((string[])["smoke", "flame"]).Select(word => Event(new("摄像机烟火", "smoke or flame on camera"), cameras, word, "GB 50116-2013")),
        .. Readings(new("烟雾浓度", "smoke density"), ["smokeAlarm", "shedSmoke"], "smoke", "GB 4715", 1, 20, 60),
        .. Readings(new("高温", "heat"), ["shedHeat", "shedSmoke", "smokeAlarm"], "temperature", "GB 4716, class A1: 54 to 65 °C", 65, 125, 600, 1_000),
        .. Readings(new("燃气浓度", "gas"), ["gasDetector"], "lel", "GB 15322.2-2019: 5 to 25 %LEL", 25, 100, 120),
        .. Readings(new("一氧化碳", "carbon monoxide"), ["gasDetector", "shedGas"], "co", "GB 15322.2-2019: 150 ppm", 200, 1_200, 20_000),
        .. Readings(new("充电端口高温", "hot charger port"), ["chargerPort"], "port_temp", "GB 43854-2024", 85, 95, 125, 400),
        .. Readings(new("电芯高温", "hot battery cell"), ["batteryBms"], "cell_temp", "GB 43854-2024", 85, 135, 400),
        .. ((string[])["cable_temp", "cable_temp_a", "cable_temp_b", "cable_temp_c", "cable_temp_n"]).SelectMany(c => Readings(new("线缆高温", "hot cable"), ["lineMonitor"], c, "GB 14287.3", 95, 155, 400)),
        Event(new("呼救", "call for help"), ["elderKit"], "sos", "GB/T 29315"),
        .. Readings(new("呼救", "call for help"), ["elderKit"], "sos", "GB/T 29315", 1),
    ];

    /// <summary>The message in words.</summary>
    public string Words => EventType is not null ? $"event {EventType}" : Text is not null ? $"{Channel} = \"{Text}\"" : FormattableString.Invariant($"{Channel} = {Value}");

    private static Signal Event(LocalText name, string[] kinds, string type, string basis) => new(name, kinds, type, null, double.NaN, null, basis);

    private static IEnumerable<Signal> Readings(LocalText name, string[] kinds, string channel, string basis, params double[] values) =>
        values.Select(value => new Signal(name, kinds, null, channel, value, null, basis));
}

/// <summary>One message as the proof sees it: what it says is known, all else may be anything.</summary>
/// <param name="Kind">Kind of the device that speaks.</param>
/// <param name="Signal">What it says.</param>
/// <param name="Confidence">Of the event.</param>
internal sealed record Probe(string Kind, Signal Signal, double Confidence);

/// <summary>What can be said of a condition when only one message is known.</summary>
internal enum Certainty
{
    /// <summary>False in every world with that message.</summary>
    Never,

    /// <summary>True in some worlds.</summary>
    Perhaps,

    /// <summary>True in every world with that message.</summary>
    Always,
}
