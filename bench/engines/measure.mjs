// Drives one engine over the readings and prints one line: NAME, readings a second of processor time cold and warm, bytes of heap a key,
// and what was raised until the end of the cold and of the warm part. Node must be run with --expose-gc.
import { rules, tally } from './readings.mjs';

const roundsForMemory = 20;

// judge(device, round) takes one reading; settle(), if there is one, returns when all that was taken has been judged.
export async function measure(name, judge, settle) {
  const [devices, cold, warm] = process.argv.slice(2).map(Number);
  const pass = async (from, to, firstDevice = 0, firstRound = 0) => {
    const before = process.cpuUsage();
    for (let i = from; i < to; i++) {
      judge(firstDevice + (i % devices), firstRound + Math.floor(i / devices));
      if (settle && i % 100 === 99) await settle();
    }
    if (settle) await settle();
    const { user, system } = process.cpuUsage(before);
    return ((to - from) / (user + system)) * 1e6;
  };
  const heap = () => { global.gc(); global.gc(); return process.memoryUsage().heapUsed; };

  const coldRate = await pass(0, cold), coldRaised = `${tally}`;
  const warmRate = await pass(cold, cold + warm), warmRaised = `${tally}`;
  const before = heap();
  await pass(0, devices * roundsForMemory, devices, Math.floor((cold + warm) / devices)); // as many devices again: only their keys are new
  const bytes = (heap() - before) / (devices * rules);
  console.log(`${name} ${coldRate.toFixed(0)} ${warmRate.toFixed(0)} ${bytes.toFixed(0)} ${coldRaised} ${warmRaised}`);
}
