// Made-up cases with their records. Not shipped.
import { createHash } from 'node:crypto';
import { at, rng } from './community.mjs';

const kinds = [
  ['FireSuspected', 'P1', 'stairwell', 'A5-fire', '烟雾报警，疑似火情', 'Smoke alarm, fire suspected', 'smoke', 'dB/m', '>=', 0.65, 1.4],
  ['BatteryThermal', 'P1', 'shed', 'A3-battery-thermal', '充电口温升过快，疑似热失控', 'Port heating fast, thermal runaway suspected', 'port_temp', '°C', '>=', 65, 72.4],
  ['ElderInactive', 'P2', 'stairwell', 'A14-elder-inactive', '独居老人 12 小时无活动', 'Elder alone, no activity for 12 h', 'water', 'm³', '<', 0.01, 0.003],
  ['BatteryThermal', 'P2', 'shed', 'A3-battery-thermal', '充电口过热，已下发断电', 'Port overheating, cut-off sent', 'port_temp', '°C', '>=', 60, 62.1],
  ['FireLaneBlocked', 'P2', 'lane', 'A11-fire-lane', '消防通道被占 15 分钟以上', 'Fire lane blocked for over 15 min', 'event.laneBlocked', '', '>=', 0.7, 0.91],
  ['FlyingWireCharging', 'P2', 'building', 'A1-flying-wire', '夜间飞线充电', 'Flying-wire charging at night', 'event.cable', '', '>=', 0.7, 0.88],
  ['FlyingWireCharging', 'P3', 'building', 'A1-flying-wire', '飞线充电', 'Flying-wire charging', 'event.cable', '', '>=', 0.7, 0.83],
  ['EbikeIndoors', 'P3', 'stairwell', 'A2-ebike-lift', '电动车进入电梯', 'E-bike in the lift', 'event.ebike', '', '>=', 0.8, 0.93],
  ['LineFault', 'P3', 'stairwell', 'A7-line', '单元线路剩余电流升高', 'Residual current raised', 'residual', 'mA', '>=', 300, 342],
  ['PiledGoods', 'P3', 'stairwell', 'A12-piles', '楼道堆物', 'Goods piled in the stairwell', 'event.object', '', '>=', 0.7, 0.77],
  ['DeviceOutage', 'P4', 'building', 'A17-outage', '多台设备离线，区域未被监测', 'Several devices offline, area not watched', 'online', '', '<', 1, 0],
  ['DisorderlyParking', 'P4', 'lane', 'A13-parking', '车辆乱停 15 分钟', 'Car outside its bay for 15 min', 'dwell', 's', '>=', 900, 1130],
];
const owners = { P1: 'MicroFireCrew', P2: 'PropertyOperator', P3: 'GridWorker', P4: 'GridWorker' };
const limits = { P1: [60, 180, 3600], P2: [300, 900, 14400], P3: [1800, 36000, 86400], P4: [86400, 259200, 604800] };
const path = ['Reported', 'Filed', 'Dispatched', 'Accepted', 'Handling', 'Handled', 'Closed'];
const posts = { Accepted: ['wang.li', 'PropertyOperator'], Handling: ['wang.li', 'PropertyOperator'], Handled: ['wang.li', 'PropertyOperator'], Closed: ['chen.jing', 'Inspector'] };

export function makeCase(world, n, nowMs, { kind, progress, ageMs }) {
  const random = rng(1000 + n);
  const [type, severity, placeKind, rule, zh, en, channel, unit, comparison, threshold, value] = kinds[kind];
  const pool = world.places.filter((p) => p.kind === placeKind);
  const place = pool[Math.floor(random() * pool.length)];
  const device = world.devices.find((d) => d.place.startsWith(place.id) && (channel !== 'smoke' || d.kind === 'smokeAlarm'))?.id ?? world.devices[0].id;
  const opened = nowMs - ageMs;
  const id = `${new Date(opened + 8 * 3600e3).toISOString().slice(0, 10).replaceAll('-', '')}-${createHash('sha1').update(String(n)).digest('hex').slice(0, 5).toUpperCase()}`;
  const [lon, lat] = at(place.x, place.y);
  const c = {
    id, type, severity, state: 'Reported', title: zh, titleZh: zh, titleEn: en,
    explanationZh: `${device} 的 ${channel} 为 ${value} ${unit}，规则要求 ${comparison} ${threshold} ${unit}，持续时间已满足。`,
    explanationEn: `${channel} of ${device} is ${value} ${unit} where the rule says ${comparison} ${threshold} ${unit} for long enough.`,
    place: place.id, placeTitleZh: place.zh, placeTitleEn: place.en, zone: null, longitude: lon, latitude: lat,
    grid: `310104-${1 + (n % 5)}-${10 + (n % 20)}`, dedicatedGrids: type === 'BatteryThermal' ? ['D-SHED'] : [],
    openedAt: iso(opened), occurredAt: iso(opened - 900), updatedAt: iso(opened), version: 0, open: true, sim: n % 6 !== 5,
    rule, ruleVersion: '3', basis: '《高层民用建筑消防安全管理规定》第三十七条', confidence: Math.round((0.82 + random() * 0.17) * 100) / 100,
    active: true, alertCount: 1 + Math.floor(random() * 5), restricted: false, assignee: '', handler: '', receivers: [owners[severity], 'GridWorker'],
    limit: '', dueAt: null, escalationLevel: 0, overdue: false, returns: 0, reopenOf: null, devices: [device],
    inputs: [{ device, channel, at: iso(opened - 900), value, unit, comparison, threshold, snapshot: null }], commands: [],
  };
  const record = { case: c, events: [] };
  if (type === 'BatteryThermal') c.commands.push({ id: `${id}-cut`, device, name: 'cut', state: 'acknowledged', requestedAt: iso(opened), acknowledgedAt: iso(opened + 412) });
  for (let i = 0; i <= progress; i++) advance(world, record, path[i], opened + stepTime(severity, i, ageMs, random), ...(posts[path[i]] ?? ['system', 'system']));
  if (type === 'BatteryThermal') pushEvent(world, record, 'commandAcknowledged', opened + 412, 'system', 'system', { device, command: 'cut', result: 'ok' });
  return record;
}

const stepTime = (severity, i, ageMs, random) =>
  i < 3 ? i * 20 : Math.min(ageMs * (0.15 + 0.14 * (i - 2)), limits[severity][i === 3 ? 0 : i === 4 ? 1 : 2] * 1000 * (0.3 + random() * 0.8));

export const iso = (ms) => new Date(ms + 8 * 3600e3).toISOString().replace('Z', '+08:00');

export function advance(world, record, state, atMs, actor, post, data = {}) {
  const c = record.case;
  c.state = state;
  c.open = !['NotFiled', 'Closed', 'FedBack', 'Rated', 'Cancelled', 'Merged'].includes(state);
  if (state === 'Dispatched') c.assignee = owners[c.severity];
  if (state === 'Accepted') c.handler = actor;
  const phase = { Dispatched: 0, Accepted: 1, Handling: 2 }[state];
  const names = ['acknowledge', 'onSite', 'handle'];
  if (phase === undefined) { c.limit = state === 'Handled' ? 'verify' : ''; c.dueAt = state === 'Handled' ? iso(atMs + 3600e3) : null; }
  else { c.limit = names[phase]; c.dueAt = iso(atMs + limits[c.severity][phase] * 1000); }
  if (c.dueAt && Date.parse(c.dueAt) < Date.now()) { c.overdue = true; c.escalationLevel = 1; }
  if (!c.open) c.active = false;
  return pushEvent(world, record, state[0].toLowerCase() + state.slice(1), atMs, actor, post, data);
}

export function pushEvent(world, record, kind, atMs, actor, post, data) {
  const c = record.case;
  c.version++;
  c.updatedAt = iso(atMs);
  const previousHash = record.events.at(-1)?.hash ?? '';
  const e = { sequence: ++world.sequence, caseId: c.id, version: c.version, kind, at: iso(atMs), actor, post, state: c.state, data, previousHash };
  e.hash = createHash('sha256').update(JSON.stringify(e)).digest('hex');
  record.events.push(e);
  world.log.push({ ...e, case: structuredClone(c) });
  world.wake?.();
  return e;
}

export function seedCases(world, nowMs, busy) {
  const list = [];
  const plan = busy
    ? [[0, 2, 42e3], [1, 3, 190e3], [2, 3, 8 * 60e3], [3, 4, 22 * 60e3], [4, 2, 3 * 60e3], [5, 4, 50 * 60e3], [6, 2, 12 * 60e3], [7, 3, 33 * 60e3], [8, 5, 3 * 3600e3], [9, 2, 70 * 60e3], [6, 4, 5 * 3600e3], [10, 2, 90 * 60e3], [11, 1, 30 * 60e3]]
    : [[8, 5, 3 * 3600e3], [11, 2, 30 * 60e3]];
  let n = 1;
  for (const [kind, progress, ageMs] of plan) list.push(makeCase(world, n++, nowMs, { kind, progress, ageMs }));
  for (let i = 0; i < 70; i++) list.push(makeCase(world, n++, nowMs, { kind: i % 12, progress: i % 9 === 0 ? 4 : 6, ageMs: (6 + i * 2.3) * 3600e3 }));
  return list;
}
export const kindCount = kinds.length;
