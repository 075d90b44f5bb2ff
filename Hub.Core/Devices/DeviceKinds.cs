namespace Hub.Core.Devices;

/// <summary>The device kinds the hub knows by name. Another kind is taken as it comes, with the life sign of <see cref="Unknown"/>.</summary>
public static class DeviceKinds
{
    /// <summary>A device that told nothing about itself.</summary>
    public static readonly DeviceKind Unknown = Periodic("unknown", "未知设备", "Unknown device", 86_400);

    /// <summary>All shipped kinds.</summary>
    public static IReadOnlyList<DeviceKind> All { get; } =
    [
        Unknown,
        Periodic("gateway", "网关", "Gateway", 60),
        Periodic("aiCamera", "智能摄像机", "AI camera", 60),
        Periodic("faceCapture", "人脸抓拍机", "Face capture", 90),
        Periodic("plateCapture", "车牌抓拍机", "Plate capture", 90),
        Periodic("gateReader", "门岗读卡器", "Gate reader", 60),
        Periodic("doorReader", "单元门禁", "Door reader", 60),
        Periodic("chargerPort", "充电端口", "Charger port", 60),
        Periodic("batteryBms", "电池管理系统", "Battery BMS", 10),
        Periodic("shedMeter", "车棚电表", "Shed meter", 60),
        Periodic("shedSmoke", "车棚烟感", "Shed smoke sensor", 10, true),
        Periodic("shedHeat", "车棚温感", "Shed heat sensor", 10, true),
        Periodic("shedGas", "车棚气体探测器", "Shed gas sensor", 10, true),
        Periodic("shedDoor", "车棚门禁", "Shed door", 60),
        Periodic("liftCamera", "电梯摄像机", "Lift camera", 60),
        Periodic("corridorCamera", "楼道摄像机", "Corridor camera", 60),
        Daily("smokeAlarm", "独立式烟感", "Household smoke alarm"),
        Periodic("gasDetector", "燃气探测器", "Gas detector", 60, true),
        Periodic("lineMonitor", "电气线路监测", "Line monitor", 60),
        Periodic("chargeLoadDetector", "充电负载识别器", "Charge load detector", 60),
        Periodic("elderKit", "独居老人套件", "Elder kit", 1_800),
        Periodic("waterMeter", "智能水表", "Water meter", 1_800),
        Periodic("parkingSensor", "车位传感器", "Parking sensor", 3_600),
        Periodic("laneCamera", "消防通道摄像机", "Fire lane camera", 60),
        Periodic("premisesRegister", "场所登记", "Premises register", 86_400),
        Periodic("patrolPoint", "巡更点", "Patrol point", 86_400),
        Periodic("userTransmissionDevice", "用户信息传输装置", "Fire panel transmitter", 60, true),
    ];

    private static readonly Dictionary<string, DeviceKind> byId = All.ToDictionary(k => k.Id, StringComparer.Ordinal);

    /// <summary>The kind of that id; a kind of the same name with the life sign of <see cref="Unknown"/> when it is not shipped.</summary>
    public static DeviceKind Of(string id) =>
        byId.TryGetValue(id, out var kind) ? kind : Unknown with { Id = id, Title = new LocalText(id, id) };

    /// <summary>Whether the id is one of the shipped kinds.</summary>
    public static bool IsKnown(string id) => byId.ContainsKey(id);

    private static DeviceKind Periodic(string id, string zh, string en, int seconds, bool lifeSafety = false) =>
        new(id, new LocalText(zh, en), seconds, Math.Max(3 * seconds, 120), lifeSafety);

    private static DeviceKind Daily(string id, string zh, string en) =>
        new(id, new LocalText(zh, en), 86_400, 50 * 3_600, LifeSafety: true);
}
