// Runs Node-RED's runtime without its editor, with one flow: a source, twenty function nodes (threshold and hold, state per device in the node's
// context), a sink that counts. Usage: node flow.mjs DEVICES READINGS; NODE_PATH names the folder that holds node-red.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import http from 'node:http';

const RED = createRequire(join(process.env.NODE_PATH, 'x.js'))('node-red');
const [devices, readings] = process.argv.slice(2).map(Number);
const rules = 20;
const user = mkdtempSync(join(tmpdir(), 'nodered-bench-'));

const rule = (limit) => `
const states = context.get('states') || new Map();
let s = states.get(msg.topic);
if (!s) { s = { since: 0, last: 0, open: false }; states.set(msg.topic, s); context.set('states', states); }
if (s.open) {
  if (msg.payload < 55) { s.open = false; s.since = 0; }
  return null;
}
if (msg.payload >= ${limit}) {
  if (s.since === 0 || msg.ts - s.last > 60000) s.since = msg.ts;
  s.last = msg.ts;
  if (msg.ts - s.since >= 30000) { s.open = true; return { topic: msg.topic, rule: node.name }; }
} else s.since = 0;
return null;`;

const ids = Array.from({ length: rules }, (_, r) => `rule${r}`);
writeFileSync(join(user, 'flows.json'), JSON.stringify([
  { id: 'tab', type: 'tab', label: 'bench' },
  { id: 'source', type: 'function', z: 'tab', x: 1, y: 1, name: 'source', func: 'return msg;', outputs: 1, wires: [ids] },
  ...ids.map((id, r) => ({ id, type: 'function', z: 'tab', x: 2, y: r, name: id, func: rule(60 + r * 0.2), outputs: 1, wires: [['sink']] })),
  { id: 'sink', type: 'function', z: 'tab', x: 3, y: 1, name: 'sink', func: "global.set('raised', (global.get('raised') || 0) + 1); return null;", outputs: 1, wires: [] },
]));

const server = http.createServer();
RED.init(server, { userDir: user, flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: false, logging: { console: { level: 'error', metrics: false, audit: false } } });
await RED.start();
await new Promise((done) => RED.events.once('flows:started', done));
const source = RED.nodes.getNode('source');

const mix = (x) => {
  x ^= x >>> 16; x = Math.imul(x, 0x7feb352d); x ^= x >>> 15; x = Math.imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
};
const temperature = (device, round) => (mix(Math.imul(device, 2654435761) ^ Math.floor(round / 20)) % 20 === 0 ? 62 : 40) + (mix((Math.imul(device, 40503) + round) | 0) % 500) / 100;

const before = process.cpuUsage(), from = performance.now();
for (let i = 0; i < readings; i++) {
  const device = i % devices, round = Math.floor(i / devices);
  source.receive({ topic: `d${device}`, payload: temperature(device, round), ts: 1795327200000 + round * 10000 });
  if (i % 100 === 99) await new Promise(setImmediate); // lets the messages that wait run
}
for (let waits = 0; waits < 20; waits++) await new Promise(setImmediate);
const seconds = (performance.now() - from) / 1000, cpu = process.cpuUsage(before), used = (cpu.user + cpu.system) / 1e6;
const raised = RED.nodes.getNode('sink').context().global.get('raised') ?? 0;
console.log(`node-red: ${readings} readings, ${devices} devices, ${rules} rules, ${raised} raised, ${(readings / seconds).toFixed(0)} readings/s, ${(readings / used).toFixed(0)} a second of processor time, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`);
await RED.stop();
rmSync(user, { recursive: true });
process.exit(0);
