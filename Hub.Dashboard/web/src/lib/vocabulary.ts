/** The shipped words of the hub; a rule pack may bring more, which are shown as they come. */
export const anomalyTypes = [
  'FireSuspected', 'FireConfirmed', 'BatteryThermal', 'GasLeak', 'ElderSos', 'ElderInactive', 'FireLaneBlocked', 'FlyingWireCharging', 'EbikeIndoors',
  'OverlongCharge', 'LineFault', 'WaterLeak', 'GateAnomaly', 'PiledGoods', 'DisorderlyParking', 'ShedTheft', 'Loitering', 'ChessRoomLead',
  'MassTenancyLead', 'Tamper', 'DeviceOutage', 'LowBattery', 'DeviceFault',
] as const;

export const deviceKinds = [
  'aiCamera', 'faceCapture', 'plateCapture', 'gateReader', 'doorReader', 'chargerPort', 'batteryBms', 'shedMeter', 'shedSmoke', 'shedHeat', 'shedGas',
  'shedDoor', 'liftCamera', 'corridorCamera', 'smokeAlarm', 'gasDetector', 'lineMonitor', 'chargeLoadDetector', 'elderKit', 'waterMeter',
  'parkingSensor', 'laneCamera', 'userTransmissionDevice', 'gateway',
] as const;

export const roles = [
  'MicroFireCrew', 'PropertyOperator', 'GridWorker', 'GridHead', 'HandlingUnit', 'EstateSpecialist', 'StairSteward', 'CommunityPolice', 'StreetCentre',
  'Inspector', 'IntakeClerk', 'Dispatcher', 'ShiftLeader', 'Maintainer', 'PrivacyOfficer', 'Auditor', 'Admin', 'Viewer',
] as const;
