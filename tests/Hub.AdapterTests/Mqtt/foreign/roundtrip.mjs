// MQTT.js against the endpoint: node roundtrip.mjs URL VERSION. Prints OK.
import { connectAsync } from 'mqtt';

const [url, version] = process.argv.slice(2);
const protocolVersion = Number(version);
const expect = (condition, words) => { if (!condition) throw new Error(words); };

const subscriber = await connectAsync(url, { protocolVersion, clientId: `js-sub-${version}` });
const received = [];
let wake = () => {};
subscriber.on('message', (topic, payload, packet) => { received.push({ topic, body: payload.toString(), packet }); wake(); });
const until = async (count) => { while (received.length < count) await new Promise((resolve) => { wake = resolve; }); };
const granted = await subscriber.subscribeAsync({ 'js/+/value': { qos: 2 }, 'js/will': { qos: 1 } });
expect(granted.length === 2 && granted[0].qos === 2, 'SUBACK');

const will = { topic: 'js/will', payload: Buffer.from('gone'), qos: 1, retain: false };
const publisher = await connectAsync(url, { protocolVersion, clientId: `js-pub-${version}`, will, reconnectPeriod: 0 });
for (const qos of [0, 1, 2]) await publisher.publishAsync(`js/${qos}/value`, `body ${qos}`, { qos, properties: protocolVersion === 5 ? { userProperties: { a: ['1', '2'] }, contentType: 'text/plain' } : undefined });
await until(3);
for (const qos of [0, 1, 2]) {
  const message = received.find((m) => m.topic === `js/${qos}/value`);
  expect(message?.body === `body ${qos}` && message.packet.qos === qos, `QoS ${qos}`);
  if (protocolVersion === 5) expect(message.packet.properties.userProperties.a.join() === '1,2' && message.packet.properties.contentType === 'text/plain', 'properties');
}

await publisher.publishAsync('js/kept', 'retained', { retain: true, qos: 1 });
await subscriber.subscribeAsync('js/kept');
await until(4);
expect(received[3].packet.retain && received[3].body === 'retained', 'retained');
await publisher.publishAsync('js/kept', '', { retain: true, qos: 1 });

publisher.stream.destroy();
await until(5);
while (received[received.length - 1].topic !== 'js/will') await until(received.length + 1);
await subscriber.endAsync();
console.log('OK');
process.exit(0);
