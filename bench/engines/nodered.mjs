// Runs Node-RED's runtime without its editor, with one flow: a source, twenty function nodes (threshold and hold, state per device in the node's
// context), a sink that counts. Usage: node --expose-gc nodered.mjs DEVICES COLD WARM; NODE_PATH names the folder that holds node-red.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import http from 'node:http';
import { measure } from './measure.mjs';
import { atMs, clearBelow, gapMs, holdMs, limit, rules, tally, temperature } from './readings.mjs';

const RED = createRequire(join(process.env.NODE_PATH, 'x.js'))('node-red');
const user = mkdtempSync(join(tmpdir(), 'nodered-bench-'));

const body = (rule) => `
const states = context.get('states') || new Map();
let s = states.get(msg.topic);
if (!s) { s = { since: 0, last: 0, open: false }; states.set(msg.topic, s); context.set('states', states); }
if (s.open) {
  if (msg.payload < ${clearBelow}) { s.open = false; s.since = 0; }
  return null;
}
if (msg.payload >= ${limit(rule)}) {
  if (s.since === 0 || msg.ts - s.last > ${gapMs}) s.since = msg.ts;
  s.last = msg.ts;
  if (msg.ts - s.since >= ${holdMs}) { s.open = true; return { topic: msg.topic, rule: ${rule}, ts: msg.ts }; }
} else s.since = 0;
return null;`;

const ids = Array.from({ length: rules }, (_, rule) => `rule${rule}`);
writeFileSync(join(user, 'flows.json'), JSON.stringify([
  { id: 'tab', type: 'tab', label: 'bench' },
  { id: 'source', type: 'function', z: 'tab', x: 1, y: 1, name: 'source', func: 'return msg;', outputs: 1, wires: [ids] },
  ...ids.map((id, rule) => ({ id, type: 'function', z: 'tab', x: 2, y: rule, name: id, func: body(rule), outputs: 1, wires: [['sink']] })),
  { id: 'sink', type: 'function', z: 'tab', x: 3, y: 1, name: 'sink', func: "global.get('raised')(msg.rule, Number(msg.topic.slice(1)), msg.ts); return null;", outputs: 1, wires: [] },
]));

const server = http.createServer();
RED.init(server, {
  userDir: user, flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: false, logging: { console: { level: 'error', metrics: false, audit: false } },
  functionGlobalContext: { raised: (rule, device, ms) => tally.add(rule, device, ms) },
});
await RED.start();
await new Promise((done) => RED.events.once('flows:started', done));
const source = RED.nodes.getNode('source');

await measure(
  'node-red',
  (device, round) => source.receive({ topic: `d${device}`, payload: temperature(device, round), ts: atMs(round) }),
  async () => { for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate); }, // messages wait for a turn of the event loop at each wire
);
await RED.stop();
rmSync(user, { recursive: true });
process.exit(0);
