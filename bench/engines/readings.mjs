// The same readings, rules and digest as in Hub.Bench/Rules/Plain/PlainReadings.cs: integers of 32 bits, so that every engine sees the same figures.
export const rules = 20, clearBelow = 55, holdMs = 30_000, gapMs = 60_000;
const startMs = 1_795_327_200_000, stepMs = 10_000;

export const limit = (rule) => 60 + rule * 0.2;
export const atMs = (round) => startMs + round * stepMs;

const mix = (x) => {
  x ^= x >>> 16; x = Math.imul(x, 0x7feb352d); x ^= x >>> 15; x = Math.imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
};

export const temperature = (device, round) =>
  (mix(Math.imul(device, 2654435761) ^ Math.floor(round / 20)) % 20 === 0 ? 62 : 40) + (mix((Math.imul(device, 40503) + round) | 0) % 500) / 100;

// What was raised: how many, and a sum that differs when a rule, a device or a time does.
export const tally = {
  count: 0,
  digest: 0,
  add(rule, device, ms) {
    this.count++;
    this.digest = (this.digest + mix(Math.imul(device, 2654435761) ^ (Math.imul(rule, 40503) + (ms - startMs) / stepMs))) >>> 0;
  },
  toString() { return `${this.count}/${this.digest.toString(16).padStart(8, '0')}`; },
};
