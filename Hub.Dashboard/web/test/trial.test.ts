import { describe, expect, it } from 'vitest';
import { changesOf, lineChanges, lineOfRule, readFault } from '../src/lib/drafts';
import { SiteZone, offsetOf } from '../src/lib/time';
import { mayTry } from '../src/api/trials';

describe('drafts', () => {
  it('are changes only where they differ from the rules in force', () => {
    const inForce = [{ file: 'a.yaml', text: 'x' }, { file: 'b.yaml', text: 'y' }];
    expect(changesOf(inForce, { 'a.yaml': 'x' })).toEqual([]);
    expect(changesOf(inForce, { 'a.yaml': 'z', 'c.yaml': 'new', 'b.yaml': '', 'd.yaml': '' })).toEqual([
      { file: 'a.yaml', text: 'z' }, { file: 'c.yaml', text: 'new' }, { file: 'b.yaml', text: '' },
    ]);
  });

  it('count the lines that came and went', () => {
    expect(lineChanges('a\nb\nc', 'a\nB\nc\nd')).toEqual({ more: 2, less: 1 });
    expect(lineChanges('a\na', 'a\na')).toEqual({ more: 0, less: 0 });
  });

  it('find a rule by its id, and not a longer one', () => {
    const text = 'rules:\n  - id: A3-port-thermal-two\n  - id: A3-port-thermal\n  - {id: "B1", version: 1}';
    expect(lineOfRule(text, 'A3-port-thermal')).toBe(3);
    expect(lineOfRule(text, 'B1')).toBe(4);
    expect(lineOfRule(text, 'A3')).toBe(0);
  });

  it('read a fault with its place, and one without', () => {
    expect(readFault("a03.yaml:35:23: 'port_tmp', which is no known channel; did you mean 'port_temp'?")).toEqual(
      { file: 'a03.yaml', line: 35, column: 23, text: "'port_tmp', which is no known channel; did you mean 'port_temp'?" });
    expect(readFault('something else')).toEqual({ file: '', line: 0, column: 0, text: 'something else' });
  });
});

describe('the zone of the site', () => {
  const noon = Date.parse('2026-11-22T12:00:00+08:00');

  it('is read from the times the hub writes', () => {
    expect([offsetOf('2026-11-22T12:00:00.5+08:00'), offsetOf('2026-11-22T12:00:00-03:30'), offsetOf('2026-11-22T12:00:00Z'), offsetOf('2026-11-22')]).toEqual([28_800_000, -12_600_000, 0, null]);
  });

  it('is what a reader elsewhere sees', () => {
    const zone = new SiteZone(() => -5 * 3_600_000);
    expect(new Date(zone.wall(noon)).toISOString()).toBe('2026-11-21T23:00:00.000Z');
    zone.learn('2026-11-22T12:00:00+08:00');
    expect(new Date(zone.wall(noon)).toISOString()).toBe('2026-11-22T12:00:00.000Z');
    expect(zone.fromPicker(zone.toPicker(noon))).toBe(noon);
  });
});

describe('who may try rules', () => {
  it('are those the hub lets', () => {
    expect([['Admin'], ['Maintainer', 'Viewer'], ['ShiftLeader'], ['GridWorker'], []].map(mayTry)).toEqual([true, true, true, false, false]);
  });
});
