// The twenty rules as rxjs queries, written as the ones of Hub.Bench/Rules/Plain/RxEngine.cs. Usage: node --expose-gc rxjs.mjs DEVICES COLD WARM;
// NODE_PATH names the folder that holds rxjs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { measure } from './measure.mjs';
import { atMs, clearBelow, gapMs, holdMs, limit, rules, tally, temperature } from './readings.mjs';

const { Subject, distinctUntilChanged, filter, groupBy, map, merge, mergeMap, scan } = createRequire(join(process.env.NODE_PATH, 'x.js'))('rxjs');

const none = { since: 0, last: 0, open: false };
const next = (hold, { ms, temp }, least) => {
  if (hold.open) return temp < clearBelow ? none : hold;
  if (temp < least) return none;
  const since = hold.since === 0 || ms - hold.last > gapMs ? ms : hold.since;
  return { since, last: ms, open: ms - since >= holdMs };
};

const raises = (device, rule) => {
  const least = limit(rule);
  return device.pipe(
    scan((hold, sample) => next(hold, sample, least), none),
    distinctUntilChanged((a, b) => a.open === b.open),
    filter((hold) => hold.open),
    map((hold) => ({ rule, device: device.key, ms: hold.last })),
  );
};

const readings = new Subject();
readings
  .pipe(
    groupBy((sample) => sample.device),
    mergeMap((device) => merge(...Array.from({ length: rules }, (_, rule) => raises(device, rule)))),
  )
  .subscribe(({ rule, device, ms }) => tally.add(rule, device, ms));

await measure('rxjs', (device, round) => readings.next({ device, ms: atMs(round), temp: temperature(device, round) }));
