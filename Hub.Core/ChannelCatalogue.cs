namespace Hub.Core;

/// <summary>The quantities the shipped device kinds measure, with unit and the range within which they are judged.</summary>
/// <remarks>
/// The range is that of the worst event, not the rated range of the sensor: a port rated to 90 °C that says 95 °C is burning, not broken.
/// Ranges: GB/T 42236.1-2022, GB 43854-2024, GB 15322.2-2019, GB 14287.2/.3 where they name one; else engineering limits.
/// </remarks>
public static class ChannelCatalogue
{
    // What chips and gateways send for an open or shorted sensor, where a fire could reach the number: signed and unsigned bytes and words, in whole,
    // tenth and hundredth degrees, and the power-on 85.0 that lost its point. 85.0 itself is none of them: a fire says it too, and an alarm too many is better than one too few.
    private static readonly double[] noTemperature = [127, 127.5, 255, 255.5, 327.66, 327.67, 655.34, 655.35, 850, 999, 999.9];
    private static readonly double[] noGas = [32_766, 32_767];

    /// <summary>One row of the catalogue.</summary>
    /// <param name="Name">Name on the wire.</param>
    /// <param name="Unit">Unit.</param>
    /// <param name="Min">Least value that is judged.</param>
    /// <param name="Max">Greatest value that is judged.</param>
    /// <param name="Title">Name for people.</param>
    /// <param name="FaultCodes">Numbers within the range that mean "no reading", ascending.</param>
    public readonly record struct Row(string Name, string Unit, double Min, double Max, LocalText Title, double[]? FaultCodes = null);

    /// <summary>All rows, in the order their channels are interned.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("power", "W", 0, 200_000, new("功率", "Power")),
        new("voltage", "V", 0, 500, new("电压", "Voltage")),
        new("current", "A", 0, 1_000, new("电流", "Current")),
        new("energy", "kWh", 0, 1e9, new("电量", "Energy")),
        new("port_temp", "°C", -40, 600, new("端口温度", "Port temperature"), noTemperature),
        new("ambient", "°C", -60, 85, new("环境温度", "Ambient temperature")),
        new("cell_temp", "°C", -40, 600, new("电芯温度", "Cell temperature"), noTemperature),
        new("cell_voltage", "V", 0, 5, new("电芯电压", "Cell voltage")),
        new("pack_voltage", "V", 0, 100, new("电池组电压", "Pack voltage")),
        new("soc", "%", 0, 100, new("荷电状态", "State of charge")),
        new("temperature", "°C", -60, 1_200, new("温度", "Temperature"), noTemperature),
        new("humidity", "%", 0, 100, new("湿度", "Humidity")),
        new("smoke", "dB/m", 0, 100, new("烟雾浓度", "Smoke obscuration")),
        new("co", "ppm", 0, 50_000, new("一氧化碳", "Carbon monoxide"), noGas),
        new("h2", "ppm", 0, 50_000, new("氢气", "Hydrogen"), noGas),
        new("lel", "%LEL", 0, 200, new("可燃气体", "Combustible gas")),
        new("valve", "", 0, 1, new("阀门开", "Valve open")),
        new("residual", "mA", 0, 30_000, new("剩余电流", "Residual current")),
        new("cable_temp", "°C", -40, 600, new("线缆温度", "Cable temperature"), noTemperature),
        new("cable_temp_a", "°C", -40, 600, new("A 相温度", "Cable temperature A"), noTemperature),
        new("cable_temp_b", "°C", -40, 600, new("B 相温度", "Cable temperature B"), noTemperature),
        new("cable_temp_c", "°C", -40, 600, new("C 相温度", "Cable temperature C"), noTemperature),
        new("cable_temp_n", "°C", -40, 600, new("零线温度", "Cable temperature N"), noTemperature),
        new("arc", "1/s", 0, 100, new("电弧半波数", "Arc half-cycles")),
        new("waveform", "", 0, 1, new("充电波形概率", "Charger waveform probability")),
        new("water", "m³", 0, 1e6, new("用水量", "Water volume")),
        new("door", "", 0, 1, new("门开", "Door open")),
        new("motion", "", 0, 1, new("人体活动", "Motion")),
        new("sos", "", 0, 1, new("呼救按钮", "SOS button")),
        new("away", "", 0, 1, new("外出标记", "Away flag")),
        new("in_count", "", 0, 1e6, new("进入人次", "Persons in")),
        new("out_count", "", 0, 1e6, new("离开人次", "Persons out")),
        new("contact", "", 0, 1, new("门磁开", "Contact open")),
        new("occupied", "", 0, 1, new("占用", "Occupied")),
        new("dwell", "s", 0, 1e7, new("停留时长", "Dwell")),
        new("battery", "%", 0, 100, new("电池电量", "Battery")),
        new("rssi", "dBm", -150, 20, new("信号强度", "Signal strength")),
        new("tamper", "", 0, 1, new("防拆", "Tamper")),
        new("online", "", 0, 1, new("在线", "Online")),
        new("relay", "", 0, 1, new("继电器合", "Relay closed")),
        new("floor", "", -10, 200, new("楼层", "Floor")),
        new("temp_rate", "°C/min", -1_000, 1_000, new("温升速率", "Rate of temperature rise")),
    ];
}
