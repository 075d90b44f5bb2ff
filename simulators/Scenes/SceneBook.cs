using Hub.Simulators.Acts;
using Hub.Simulators.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Scenes;

/// <summary>All scripted scenes.</summary>
public static class SceneBook
{
    /// <summary>In the order of the reference list, then the short ones that keep a demonstration lively.</summary>
    public static IReadOnlyList<Scene> All { get; } =
    [
        new("flying-wire", ["FlyingWireCharging"], new("夜间飞线充电，直至撤除", "Flying wire at night, until it is removed"), 45, 22.5, ["aiCamera"],
            c => WireActs.Charge(c.Stage, c.Scene, c.Camera("wire"), 42, "let down at night, removed after the visit")),
        new("lift-refused", ["EbikeIndoors"], new("电动车进电梯被劝阻", "E-bike in a lift, refused"), 2, double.NaN, ["liftCamera"],
            c => LiftActs.Refused(c.Stage, c.Scene, c.Camera("lift"))),
        new("port-overheat", ["BatteryThermal"], new("充电端口 58→72 °C，远程断电", "Port from 58 to 72 °C, cut off"), 10, double.NaN, ["chargerPort"],
            c => BatteryActs.Overheat(c.Stage, c.Scene, c.Pick<ChargerPort>())),
        new("cooking-then-fire", ["FireSuspected", "FireConfirmed"], new("做饭误报解除后，楼上真火情", "Cooking alarm dismissed, then a true fire two floors up"), 25, 11.6, ["smokeAlarm"], CookingThenFire),
        new("unanswered", ["FireSuspected", "FireConfirmed"], new("烟感报警 180 秒无人应答", "Smoke alarm unanswered for 180 s"), 6, double.NaN, ["smokeAlarm"],
            c => FireActs.Unanswered(c.Stage, c.Scene, c.Pick<SmokeAlarm>(a => a.Role == "smoke"))),
        new("chess-room", ["ChessRoomLead"], new("棋牌室线索：巡更、投诉与夜间人数", "Chess-room lead from patrol, complaints and night counts"), 5 * 1_440, 19, ["doorReader", "patrolPoint"], ChessRoom),
        new("line-habit", ["FlyingWireCharging"], new("公共线路上连续多夜充电", "A charger on the public circuit, night after night"), 5 * 1_440, 21, ["lineMonitor"], LineHabit),
        new("lane-blocked-fire", ["FireLaneBlocked", "FireConfirmed"], new("火情中消防通道被堵", "Fire lane blocked during a fire"), 14, double.NaN, ["laneCamera", "smokeAlarm"], LaneDuringFire),
        new("elder-away-ill", ["ElderInactive"], new("独居老人：外出与生病", "Elder away, and elder ill"), 14 * 60, 7.2, ["elderKit"], ElderAwayOrIll),
        new("tamper-theft", ["Tamper", "ShedTheft", "Loitering"], new("先遮挡镜头，再行盗窃", "Lens covered before a theft"), 20, 2.2, ["aiCamera", "shedDoor"], TamperThenTheft),
        new("broker-cut", ["FireSuspected"], new("链路中断十分钟后补传", "Link cut for ten minutes, then the backlog"), 14, double.NaN, ["gateway", "smokeAlarm"], LinkCut),
        new("clock-off", ["FireSuspected"], new("设备时钟偏差一小时", "A device's clock is off by an hour"), 5, double.NaN, ["smokeAlarm"], ClockOff),
        new("whistle", ["FireLaneBlocked", "GateAnomaly"], new("跨专属网格，吹哨四部门", "Across a dedicated grid: whistle to four departments"), 20, double.NaN, ["laneCamera", "gateReader"], Whistle),
        new("rework", ["PiledGoods"], new("两次退回、返工、复发", "Returned twice, rework, reopened"), 40, double.NaN, ["corridorCamera"],
            c => GroundActs.Pile(c.Stage, c.Scene, c.Camera("corridor"))),
        new("export", ["LineFault"], new("水印导出与被拒的解密", "Export with a watermark, and a refused unmask"), 10, double.NaN, ["lineMonitor"],
            c => HomeActs.HotCable(c.Stage, c.Scene, c.Pick<LineMonitor>())),

        new("lift-rides", ["EbikeIndoors"], new("电动车乘梯上楼", "E-bike rides up in a lift"), 2, double.NaN, ["liftCamera"], c => LiftActs.Rides(c.Stage, c.Scene, c.Camera("lift"))),
        new("elder-sos", ["ElderSos"], new("独居老人按下呼救按钮", "Elder presses the button"), 1, double.NaN, ["elderKit"], c => ElderActs.Sos(c.Stage, c.Scene, c.Pick<ElderKit>())),
        new("gas-leak", ["GasLeak"], new("厨房燃气泄漏，阀门卡住", "Gas in a kitchen, the valve sticks"), 6, double.NaN, ["gasDetector"],
            c => HomeActs.Gas(c.Stage, c.Scene, c.Pick<GasDetector>(), valveSticks: true, "leak, valve stuck")),
        new("hot-cable", ["LineFault"], new("单元线路端子过热", "A hot terminal in a stairwell"), 6, double.NaN, ["lineMonitor"], c => HomeActs.HotCable(c.Stage, c.Scene, c.Pick<LineMonitor>())),
        new("door-forced", ["GateAnomaly"], new("单元门被强行打开", "A stairwell door forced open"), 1, double.NaN, ["doorReader"],
            c => DoorActs.Forced(c.Stage, c.Scene, c.Pick<DoorReader>(d => d.Record.Kind == "doorReader"))),
        new("battery-fire", ["FireSuspected", "BatteryThermal"], new("车棚电池起火", "A battery burns in a shed"), 8, double.NaN, ["chargerPort", "shedSmoke"], c => BatteryActs.Burn(c.Stage, c.Scene, c.Pick<ChargerPort>())),
        new("outage", ["DeviceOutage"], new("网关断电，多设备离线", "A gateway loses power, many devices silent"), 12, double.NaN, ["gateway"], Outage),
        new("sensor-stuck", ["SensorFault"], new("温感卡死", "A heat head stuck at one value"), 150, double.NaN, ["shedHeat"], c => DoorActs.Stuck(c.Stage, c.Scene, c.Pick<ShedSensor>(s => s.Role == "heat"))),
        new("smoke", ["FireSuspected"], new("户内烟感误报", "A smoke alarm from cooking"), 3, double.NaN, ["smokeAlarm"],
            c => FireActs.Nuisance(c.Stage, c.Scene, c.Pick<SmokeAlarm>(a => a.Role == "smoke"), "cooking")),
    ];

    /// <summary>The scene of a name, or null.</summary>
    public static Scene? Find(string name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal));

    private static void CookingThenFire(Cast cast)
    {
        var low = cast.Pick<SmokeAlarm>(a => a.Role == "smoke" && Floor(a) <= 3);
        FireActs.Nuisance(cast.Stage, cast.Scene, low, "cooking; dismissed by the control room");
        var high = cast.Stage.All<SmokeAlarm>().FirstOrDefault(a => a.Role == "smoke" && a.Surroundings == low.Surroundings && Floor(a) == Floor(low) + 2)
            ?? cast.Pick<SmokeAlarm>(a => a.Role == "smoke" && Floor(a) >= 4);
        cast.After(15 * 60, () => FireActs.Flat(cast.Stage, cast.Scene, high, "a true fire two floors up, a quarter of an hour later"));
    }

    private static void LineHabit(Cast cast)
    {
        var line = cast.Pick<LineMonitor>();
        var watts = line.Rng.Between(110, 260);
        for (var night = 0; night < 5; night++)
            if (night != 2) cast.After((night * 86_400) + (line.Rng.Next() * 1_800), () => WireActs.PublicCircuit(cast.Stage, cast.Scene, line, watts));
    }

    private static void ChessRoom(Cast cast)
    {
        var watched = cast.Stage.All<HumanSource>().Where(s => s.Role == "patrol").Select(s => s.Place).ToHashSet(StringComparer.Ordinal);
        var door = cast.Pick<DoorReader>(d => watched.Contains(d.Place));
        ChessActs.Room(cast.Stage, cast.Scene, door, nights: 5, humanSource: true);
        var quiet = cast.Pick<DoorReader>(d => d.Record.Kind == "doorReader" && !watched.Contains(d.Place), "sensors only");
        ChessActs.Room(cast.Stage, cast.Scene, quiet, nights: 5, humanSource: false);
    }

    private static void LaneDuringFire(Cast cast)
    {
        var lane = cast.Camera("lane");
        var alarm = cast.Pick<SmokeAlarm>(a => a.Role == "smoke" && Cast.Estate(a) == Cast.Estate(lane));
        GroundActs.Lane(cast.Stage, cast.Scene, lane, 12, duringFire: true, "blocked while a flat burns");
        cast.After(120, () => FireActs.Flat(cast.Stage, cast.Scene, alarm, "fire in a flat, lane blocked"));
    }

    private static void ElderAwayOrIll(Cast cast)
    {
        var away = cast.Pick<ElderKit>(purpose: "away");
        var ill = cast.Pick<ElderKit>(k => k != away, "ill");
        ElderActs.Quiet(cast.Stage, cast.Scene, away, 26, away: true, "on a visit to family, flag set");
        ElderActs.Quiet(cast.Stage, cast.Scene, ill, 18, away: false, "fell ill: no water, no door, no motion");
    }

    private static void TamperThenTheft(Cast cast)
    {
        var camera = cast.Camera("shed");
        DoorActs.Linger(cast.Stage, cast.Scene, camera, 12);
        var door = cast.Stage.All<DoorReader>().FirstOrDefault(d => d.Place == camera.Place);
        cast.After(13 * 60, () => DoorActs.Cover(cast.Stage, cast.Scene, camera));
        if (door is not null) cast.After(15 * 60, () => DoorActs.Forced(cast.Stage, cast.Scene, door));
    }

    private static void LinkCut(Cast cast)
    {
        var alarm = cast.Pick<SmokeAlarm>(a => a.Role == "smoke");
        var until = cast.Stage.NowMs + (10 * LocalTime.Minute);
        foreach (var model in cast.Stage.Models.Where(m => m.Record.GatewayId == alarm.Record.GatewayId || m.Id == alarm.Record.GatewayId)) model.HeldUntilMs = until;
        var from = cast.Stage.NowMs;
        cast.Stage.Tell(new Truth(cast.Scene, "DeviceOutage", "P3", alarm.Surroundings[..alarm.Surroundings.LastIndexOf('/')], null, alarm.Record.GatewayId!, from, until, from + (4 * LocalTime.Minute), "joined", "silent while the link is cut"));
        cast.After(120, () => FireActs.Nuisance(cast.Stage, cast.Scene, alarm, "alarm during the cut: late, but never lost"));
    }

    private static void ClockOff(Cast cast)
    {
        var alarm = cast.Pick<SmokeAlarm>(a => a.Role == "smoke");
        var was = alarm.SkewMs;
        alarm.SkewMs = LocalTime.Hour;
        FireActs.Nuisance(cast.Stage, cast.Scene, alarm, "clock an hour ahead: judged by arrival");
        cast.After(600, () => alarm.SkewMs = was);
    }

    private static void Whistle(Cast cast)
    {
        var lane = cast.Camera("lane");
        GroundActs.Lane(cast.Stage, cast.Scene, lane, 18, duringFire: false, "traffic police, fire service, urban management, property");
        DoorActs.Forced(cast.Stage, cast.Scene, cast.Pick<DoorReader>(d => d.Record.Kind == "gateReader"));
    }

    private static void Outage(Cast cast)
    {
        var gateway = cast.Pick<Gateway>(g => g.Place.Contains("/shed-", StringComparison.Ordinal));
        var children = cast.Stage.Models.Where(m => m.Record.GatewayId == gateway.Id || m == gateway).ToArray();
        DoorActs.LostTogether(cast.Stage, cast.Scene, children, gateway.Place, 30, $"{children.Length} devices behind one gateway");
    }

    private static int Floor(SmokeAlarm alarm) => int.Parse(alarm.Record.Attributes!["floor"], System.Globalization.CultureInfo.InvariantCulture);
}
