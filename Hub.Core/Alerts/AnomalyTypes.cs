namespace Hub.Core.Alerts;

/// <summary>The catalogue of anomalies: stable English ids with names for people. Rules may add their own.</summary>
public static class AnomalyTypes
{
    private static readonly Dictionary<string, LocalText> titles = new(StringComparer.Ordinal)
    {
        ["FlyingWireCharging"] = new("飞线充电", "Flying-wire charging"),
        ["EbikeIndoors"] = new("电动车进楼入户", "E-bike in lift or flat"),
        ["BatteryThermal"] = new("电池过热 / 热失控", "Battery overheating"),
        ["OverlongCharge"] = new("过充 / 超时充电", "Overlong charge"),
        ["FireSuspected"] = new("烟雾火情（疑似）", "Fire suspected"),
        ["FireConfirmed"] = new("烟雾火情（确认）", "Fire confirmed"),
        ["GasLeak"] = new("燃气泄漏", "Gas leak"),
        ["LineFault"] = new("电气线路异常", "Electrical line fault"),
        ["ChessRoomLead"] = new("棋牌室线索", "Chess-room lead"),
        ["MassTenancyLead"] = new("群租线索", "Mass-tenancy lead"),
        ["GateAnomaly"] = new("尾随 / 异常门禁", "Odd gate use"),
        ["FireLaneBlocked"] = new("堵塞消防通道", "Fire lane blocked"),
        ["PiledGoods"] = new("乱堆物", "Piled goods"),
        ["DisorderlyParking"] = new("乱停车", "Disorderly parking"),
        ["ElderInactive"] = new("独居老人无活动", "Elder inactive"),
        ["ElderSos"] = new("老人呼救", "Elder SOS"),
        ["WaterLeak"] = new("用水异常", "Water leak"),
        ["Loitering"] = new("徘徊", "Loitering"),
        ["ShedTheft"] = new("车棚盗窃", "Shed theft"),
        ["Tamper"] = new("破坏 / 遮挡设备", "Sensor tampering"),
        ["LowBattery"] = new("设备电量低", "Low battery"),
        ["DeviceFault"] = new("设备故障", "Device fault"),
        ["DeviceOutage"] = new("设备离线", "Device outage"),
        ["SensorFault"] = new("设备读数不可信", "Sensor fault"),
        ["UnusualReading"] = new("读数异常", "Unusual reading"),
    };

    /// <summary>All ids.</summary>
    public static IReadOnlyCollection<string> All => titles.Keys;

    /// <summary>Name for people; the id itself when the type is not shipped.</summary>
    public static LocalText TitleOf(string type) => titles.TryGetValue(type, out var t) ? t : new LocalText(type, type);
}
