using Hub.Core.Devices;
using Hub.Simulators.Engine;

namespace Hub.Simulators.Devices;

/// <summary>Which model plays a device of which kind.</summary>
internal static class DeviceModels
{
    public static DeviceModel For(DeviceRecord record, ulong seed) => record.Kind switch
    {
        "gateway" => new Gateway(record, seed),
        "chargerPort" => new ChargerPort(record, seed),
        "shedMeter" => new ShedMeter(record, seed),
        "shedSmoke" or "shedHeat" or "shedGas" => new ShedSensor(record, seed),
        "shedDoor" or "gateReader" or "doorReader" => new DoorReader(record, seed),
        "aiCamera" or "liftCamera" or "corridorCamera" or "laneCamera" => new Camera(record, seed),
        "smokeAlarm" => new SmokeAlarm(record, seed),
        "gasDetector" => new GasDetector(record, seed),
        "lineMonitor" => new LineMonitor(record, seed),
        "elderKit" => new ElderKit(record, seed),
        "chargeLoadDetector" => new LoadDetector(record, seed),
        "parkingSensor" => new ParkingBay(record, seed),
        "userTransmissionDevice" => new FirePanel(record, seed),
        "premisesRegister" or "patrolPoint" => new HumanSource(record, seed),
        _ => throw new InvalidOperationException($"no model plays a {record.Kind} ({record.Id})"),
    };
}
