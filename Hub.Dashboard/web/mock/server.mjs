// A hub made of cardboard: enough of the API and the live stream to look at every page. Not shipped.
// node mock/server.mjs [port]; POST /mock?mode=busy|calm|empty|broken|down changes what it plays.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import ws from 'ws';
import { at, build } from './community.mjs';
import { advance, iso, kindCount, makeCase, pushEvent, seedCases } from './cases.mjs';

const port = Number(process.argv[2] ?? 8080);
const shippedPages = new URL('../../wwwroot/', import.meta.url);
let mode = 'busy', world, signedIn = true;

function start(next) {
  mode = next;
  const plan = mode === 'empty' ? { plan: { type: 'FeatureCollection', features: [] }, places: [], devices: [] } : build();
  world = { ...plan, sequence: 0, log: [], cases: new Map(), n: 500 };
  if (mode !== 'empty') for (const r of seedCases(world, Date.now(), mode !== 'calm')) world.cases.set(r.case.id, r);
  world.log.sort((a, b) => a.sequence - b.sequence);
}
start(process.env.MOCK ?? 'busy');

setInterval(() => {
  if (mode !== 'busy') return;
  const n = world.n++;
  const open = [...world.cases.values()].filter((r) => r.case.open);
  if (n % 4 === 0 && open.length < 40) { const r = makeCase(world, n, Date.now(), { kind: (n >> 2) % kindCount, progress: 2, ageMs: 0 }); world.cases.set(r.case.id, r); }
  else { const r = open[n % open.length]; if (r) pushEvent(world, r, 'alertJoined', Date.now(), 'system', 'system', { count: ++r.case.alertCount }); }
}, 6000).unref();

const severityOrder = (a, b) => a.severity.localeCompare(b.severity) || b.openedAt.localeCompare(a.openedAt);
const page = (items, q, extra = {}) => {
  const from = Number(q.get('cursor') ?? 0), limit = Number(q.get('limit') ?? 100);
  return { items: items.slice(from, from + limit), next: from + limit < items.length ? String(from + limit) : null, ...extra };
};
const wave = (t, i) => 20 + 3 * Math.sin(t / 6e5 + i) + Math.sin(t / 7e4) * 0.6;

function series(q) {
  const from = time(q.get('from')), to = time(q.get('to')), device = q.get('device'), channel = q.get('channel');
  const step = 30e3, items = [];
  const hit = [...world.cases.values()].find((r) => r.case.devices.includes(device));
  const input = hit?.case.inputs[0], mid = input ? Date.parse(input.at) : (from + to) / 2;
  for (let t = from; t < Math.min(to, Date.now()); t += step) {
    const near = Math.exp(-Math.abs(t - mid) / 5e5);
    const base = input?.channel === channel ? input.threshold * (t < mid ? 0.55 + 0.45 * near : 0.55 + 0.5 * near) + wave(t, 1) * input.threshold * 0.002 : wave(t, 2);
    items.push({ at: iso(t), value: +base.toFixed(3), min: base, max: base, last: base, count: 1, text: null });
  }
  return { device, channel, unit: input?.channel === channel ? input.unit : '°C', items };
}
const time = (s) => (/^\d+$/.test(s) ? Number(s) : Date.parse(s));

const device = (d) => ({ id: d.id, kind: d.kind, kindZh: kindNames[d.kind]?.[0] ?? d.kind, kindEn: kindNames[d.kind]?.[1] ?? d.kind, name: d.zh, place: d.place, placeTitleZh: world.places.find((p) => d.place.startsWith(p.id) && p.kind !== 'estate')?.zh ?? d.place, placeTitleEn: d.place, online: d.online, lastSeen: iso(Date.now() - (d.online ? 20e3 : 9e6)), sim: true, disabled: false, longitude: at(d.x, d.y)[0], latitude: at(d.x, d.y)[1], attributes: { room: 'kitchen' } });
const kindNames = { smokeAlarm: ['独立式烟感', 'Household smoke alarm'], chargerPort: ['充电端口', 'Charger port'], lineMonitor: ['电气线路监测', 'Line monitor'], doorReader: ['单元门禁', 'Door reader'], elderKit: ['独居老人套件', 'Elder kit'], shedSmoke: ['车棚烟感', 'Shed smoke sensor'], laneCamera: ['消防通道摄像机', 'Fire lane camera'], gateReader: ['门岗读卡器', 'Gate reader'] };
const words = { file: ['立案', 'File'], decline: ['不予立案', 'Do not file'], dispatch: ['派遣', 'Dispatch'], accept: ['签收', 'Accept'], return: ['退回', 'Return'], arrive: ['到场', 'Arrived'], finish: ['办结', 'Done'], suspend: ['缓办', 'Suspend'], resume: ['继续', 'Resume'], close: ['结案销号', 'Close'], rework: ['返工', 'Rework'], feedBack: ['反馈', 'Feed back'] };
const next = { Reported: [['file', 'Filed'], ['decline', 'NotFiled', 'reason']], Filed: [['dispatch', 'Dispatched', 'assignee']], Dispatched: [['accept', 'Accepted'], ['return', 'Filed', 'reason']], Accepted: [['arrive', 'Handling', 'arrival']], Handling: [['finish', 'Handled', 'photos', 'actionCode', 'note'], ['suspend', 'Suspended', 'reason', 'untilMs']], Suspended: [['resume', 'Handling']], Handled: [['close', 'Closed', 'photo'], ['rework', 'Rework', 'reason']], Rework: [['resume', 'Handling']], Closed: [['feedBack', 'FedBack', 'note']] };
const actions = (c) => [...(next[c.state] ?? []).map(([action, to, ...requires]) => ({ action, to, titleZh: words[action]?.[0] ?? action, titleEn: words[action]?.[1] ?? action, transition: 'T', state: to, post: 'ShiftLeader', asksOnly: false, needs: requires })), ...(c.open ? [{ action: 'transfer', titleZh: '移交', titleEn: 'Transfer', transition: 'T15', state: 'Transferred', post: 'ShiftLeader', asksOnly: false, needs: ['target', 'receipt', 'reason'] }, { action: 'note', titleZh: '备注', titleEn: 'Note', transition: '', state: c.state, post: 'ShiftLeader', asksOnly: false, needs: ['note'] }] : [])];

function ledger() {
  if (mode === 'empty') return { received: 0, rejected: {}, unclaimed: 0, duplicates: 0, journalled: 0, decoded: 0, deadLettered: 0, readings: 0, stored: 0, queued: 0, late: 0, balanced: true };
  const journalled = 1_284_000 + Math.floor((Date.now() / 9) % 1e6);
  const rejected = { 'not-authorised': 12, 'too-large': 3 }, unclaimed = 40, deadLettered = 37, duplicates = 214, queued = Math.floor(Math.random() * 30);
  const decoded = journalled - deadLettered - duplicates - queued;
  return { received: journalled + 55, rejected, unclaimed, duplicates, journalled, decoded, deadLettered, readings: decoded * 3, stored: decoded * 3, queued, late: 18, balanced: mode !== 'broken' };
}

function stats() {
  const cs = [...world.cases.values()].map((r) => r.case);
  const open = { P1: 0, P2: 0, P3: 0, P4: 0 };
  for (const c of cs) if (c.open) open[c.severity]++;
  const l = ledger();
  return { now: iso(Date.now()), speed: 1, sequence: world.sequence, open, openedToday: cs.filter((c) => Date.parse(c.openedAt) > Date.now() - 864e5).length, closedToday: cs.filter((c) => !c.open).length, overdue: cs.filter((c) => c.open && c.overdue).length, devices: world.devices.length, devicesOnline: world.devices.filter((d) => d.online).length, messagesPerSecond: mode === 'empty' ? 0 : 108 + Math.round(Math.sin(Date.now() / 3e3) * 14), acknowledgeSeconds: mode === 'empty' ? null : 41, ledger: l };
}

const yaml = `id: A3-battery-thermal
version: 3
type: BatteryThermal
owner: street-safety
basis: GB 43854-2024
when:
  device: chargerPort
  all:
    - port_temp >= 60
  for: 30s
raise: { severity: P2, commands: [{ cut: port }] }
`;
const rules = [['A1-flying-wire', 'FlyingWireCharging', 'P3', '飞线充电', 'Flying-wire charging'], ['A2-ebike-lift', 'EbikeIndoors', 'P3', '电动车进楼入户', 'E-bike in lift or flat'], ['A3-battery-thermal', 'BatteryThermal', 'P2', '电池过热', 'Battery overheating'], ['A5-fire', 'FireSuspected', 'P1', '烟雾火情', 'Fire'], ['A8-chess-room', 'ChessRoomLead', 'P4', '棋牌室线索', 'Chess-room lead']].map(([id, type, severity, titleZh, titleEn], i) => ({ id, version: '3', pack: 'community.yaml', type, titleZh, titleEn, severity, owner: 'street-safety', basis: 'GB 43854-2024', shadow: i === 4, descriptionZh: '充电中端口温度持续 30 秒不低于 60 °C 即触发，并切断端口。', descriptionEn: 'Fires when a charging port stays at 60 °C or more for 30 s, and cuts the port.', source: yaml.replaceAll('A3-battery-thermal', id), alertsRaised: 12 * i + 3 }));
const letters = [['bad-json', 'found `{"values":` at byte 11, expected a value; send one JSON object or an array', '{"values":'], ['not-a-number', 'values.power is NaN; expected a finite number', '{"values":{"power":NaN}}'], ['time-out-of-range', 'ts 1970-01-01 lies more than 7 days before arrival; arrival was used', '{"ts":0,"values":{"power":1}}']];
const reportRow = (key, zh, en, n, more = {}) => ({ key, titleZh: zh, titleEn: en, parent: '', dedicated: false, reported: n, filed: n - 2, dispatched: n - 3, returned: 1, handled: n - 6, reworked: 1, closed: n - 8, closedInTime: n - 10, due: n - 6, overdue: 2, recurred: 1, ...more });

async function api(path, q, req, body) {
  const r = (status, value, headers) => ({ status, value, headers });
  const problem = (status, title, detail, allowed) => r(status, { type: 'about:blank', status, title, detail, allowed });
  if (path === 'session') {
    if (req.method === 'POST') { if (JSON.parse(body || '{}').password === 'wrong') return problem(401, 'Unauthorized', 'name or password is wrong'); signedIn = true; }
    if (req.method === 'DELETE') { signedIn = false; return r(204); }
    return signedIn ? r(200, { id: 'chen.jing', name: '陈静', roles: ['ShiftLeader', 'Inspector'], grids: [] }) : problem(401, 'Unauthorized', 'sign in first');
  }
  if (!signedIn) return problem(401, 'Unauthorized', 'sign in first');
  if (mode === 'broken' && !['session', 'stats', 'ledger'].includes(path)) return problem(503, 'Service Unavailable', 'the database cannot be reached: disk full; free some space');
  if (path === 'stats') return r(200, stats());
  if (path === 'ledger') return r(200, ledger());
  if (path === 'community') return r(200, { id: 'leshan', titleZh: '乐山片区', titleEn: 'Leshan Area', plan: world.plan, devices: world.devices.map((d) => ({ id: d.id, kind: d.kind, online: d.online, longitude: at(d.x, d.y)[0], latitude: at(d.x, d.y)[1] })) });
  if (path === 'grids') return r(200, { type: 'FeatureCollection', features: [] });
  if (path === 'cases') {
    let list = [...world.cases.values()].map((x) => x.case);
    for (const k of ['type', 'severity', 'state', 'grid']) if (q.get(k)) list = list.filter((c) => c[k] === q.get(k));
    if (q.get('open')) list = list.filter((c) => String(c.open) === q.get('open'));
    if (q.get('place')) list = list.filter((c) => c.place.startsWith(q.get('place')));
    if (q.get('device')) list = list.filter((c) => c.devices.includes(q.get('device')));
    if (q.get('q')) list = list.filter((c) => (c.id + c.titleZh + c.titleEn + c.placeTitleZh).includes(q.get('q')));
    return r(200, page(list.sort(severityOrder), q, { sequence: world.sequence }));
  }
  let m = path.match(/^cases\/([^/]+)(?:\/(\w+))?$/);
  if (m) {
    const record = world.cases.get(m[1]);
    if (!record) return problem(404, 'Not Found', `there is no case ${m[1]}`);
    const c = record.case;
    if (!m[2]) return r(200, c);
    if (m[2] === 'events') return r(200, page(record.events, q));
    if (m[2] === 'actions') return r(200, { items: actions(c) });
    if (m[2] === 'evidence') return r(200, { items: [{ hash: 'a'.repeat(64), kind: 'photoBefore', ref: 'before.jpg', at: c.openedAt, by: 'wang.li', url: null }], next: null });
    if (m[2] === 'transitions') {
      const t = JSON.parse(body);
      const allowed = actions(c).find((a) => a.action === t.action);
      if (!allowed || t.expectedVersion !== c.version) return problem(409, 'Conflict', `case is ${c.state} at version ${c.version}`, actions(c).map((a) => a.action));
      if (allowed.state !== c.state) advance(world, record, allowed.state, Date.now(), 'chen.jing', 'ShiftLeader', { note: t.note, reason: t.reason });
      else pushEvent(world, record, 'note', Date.now(), 'chen.jing', 'ShiftLeader', { note: t.note });
      return r(200, c);
    }
  }
  if (path === 'devices') { let list = world.devices; if (q.get('kind')) list = list.filter((d) => d.kind === q.get('kind')); if (q.get('online')) list = list.filter((d) => String(d.online) === q.get('online')); if (q.get('q')) list = list.filter((d) => (d.id + d.zh).includes(q.get('q'))); const p = page(list, q); return r(200, { ...p, items: p.items.map(device) }); }
  if ((m = path.match(/^devices\/(.+)$/))) { const d = world.devices.find((x) => x.id === decodeURIComponent(m[1])); return d ? r(200, { ...device(d), latest: [{ channel: 'port_temp', titleZh: '端口温度', titleEn: 'Port temperature', unit: '°C', at: iso(Date.now() - 9000), value: 31.2, text: null }, { channel: 'power', titleZh: '功率', titleEn: 'Power', unit: 'W', at: iso(Date.now() - 9000), value: 182.4, text: null }] }) : problem(404, 'Not Found', 'there is no such device'); }
  if (path === 'readings') return r(200, series(q));
  if (path === 'rules') return r(200, { items: rules, next: null });
  if ((m = path.match(/^rules\/([^/]+)\/trace$/))) return r(200, { items: Array.from({ length: 12 }, (_, i) => ({ at: iso(Date.now() - i * 47e3), ruleVersion: '3', device: world.devices[i]?.id ?? '', place: world.devices[i]?.place ?? '', outcome: ['held', 'raised', 'false', 'suppressed', 'cleared'][i % 5], zone: '', heldBy: '', steps: [], detail: 'port_temp 61.2 >= 60 °C, held 18 s of 30 s' })), next: null });
  if ((m = path.match(/^rules\/([^/]+)$/))) return r(200, rules.find((x) => x.id === m[1]));
  if (path === 'deadletters') { if (mode === 'empty') return r(200, { items: [], next: null }); return r(200, page(Array.from({ length: 37 }, (_, i) => { const [reason, detail, payload] = letters[i % 3]; return { id: 37 - i, lane: i % 4, position: 120_000 + i, topic: `hub/v1/e1-s1-p0${1 + (i % 9)}/telemetry`, device: `e1-s1-p0${1 + (i % 9)}`, at: iso(Date.now() - i * 31e4), reason, detail, payload, encoding: 'utf8', payloadBytes: payload.length }; }), q)); }
  if (path === 'reports/monthly') { const g = ['乐康社区', '松韵社区', '和平社区', '芳邻社区', '金桂社区'].map((zh, i) => reportRow(`310104-${i + 1}`, zh, `Community ${i + 1}`, 20 + i * 3)); return r(200, { month: q.get('month'), total: reportRow('', '合计', 'Total', 130), byGrid: [...g, reportRow('D-SHED', '车棚专属网格', 'Shed grid', 31, { dedicated: true })], byType: rules.map((x, i) => reportRow(x.type, x.titleZh, x.titleEn, 26 + i)), byUnit: [reportRow('PropertyOperator', '物业监控室', 'Control room', 80), reportRow('GridWorker', '网格员', 'Grid worker', 50)] }); }
  if (path === 'health') return r(200, { status: 'ok', version: '0.1.0' });
  return problem(404, 'Not Found', `there is no /api/v1/${path}`);
}

const server = createServer(async (req, res) => {
  const url = new URL(req.url, 'http://mock');
  const send = (status, type, data) => { res.writeHead(status, { 'content-type': type }); res.end(data); };
  if (url.pathname === '/mock') { if (url.searchParams.get('signin')) signedIn = url.searchParams.get('signin') === 'yes'; else start(url.searchParams.get('mode') ?? 'busy'); return send(200, 'text/plain', mode); }
  let body = '';
  for await (const chunk of req) body += chunk;
  if (mode === 'down') { res.destroy(); return; }
  if (url.pathname.startsWith('/api/v1/')) {
    const a = await api(url.pathname.slice(8), url.searchParams, req, body);
    return send(a.status, a.status >= 400 ? 'application/problem+json' : 'application/json', a.value === undefined ? '' : JSON.stringify(a.value));
  }
  if (url.pathname.endsWith('/negotiate')) return send(200, 'application/json', JSON.stringify({ negotiateVersion: 1, connectionId: 'm', connectionToken: 'm', availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text'] }] }));
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', mjs: 'text/javascript' };
  for (const path of [url.pathname.slice(1), 'index.html']) {
    try { const data = await readFile(new URL(path || 'index.html', shippedPages)); return send(200, types[path.split('.').at(-1)] ?? 'text/html', data); } catch { /* next */ }
  }
  send(404, 'text/plain', 'run npm run build first');
});

const sockets = new ws.Server({ server, path: '/hubs/cases' });
sockets.on('connection', (socket) => {
  const write = (m) => socket.send(JSON.stringify(m) + '\x1e');
  socket.on('message', (raw) => {
    for (const part of String(raw).split('\x1e')) {
      if (!part) continue;
      const m = JSON.parse(part);
      if (m.protocol) { write({}); continue; }
      if (m.type !== 4) continue;
      let after = m.arguments[0];
      const timer = setInterval(() => {
        if (mode === 'down') { clearInterval(timer); socket.terminate(); return; }
        for (const e of world.log) if (e.sequence > after) { after = e.sequence; write({ type: 2, invocationId: m.invocationId, item: e }); }
      }, 200);
      socket.on('close', () => clearInterval(timer));
    }
  });
  const ping = setInterval(() => write({ type: 6 }), 5000);
  socket.on('close', () => clearInterval(ping));
});
server.listen(port, '127.0.0.1', () => console.log(`mock hub on http://127.0.0.1:${port}`));
