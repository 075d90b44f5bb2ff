import { describe, expect, it } from 'vitest';
import { stateOf, severityOf, toCase, toCommunity, toPage } from '../src/api/normalise';
import { caseStates } from '../src/api/types';
import { queryString } from '../src/api/client';
import { backoff } from '../src/lib/backoff';
import { figure, matter, measure, sign } from '../src/lib/plain';
import { grouped } from '../src/lib/record';
import { stepOfState } from '../src/lib/steps';
import { depths } from '../src/lib/tree';
import { HubClock, coarse, countdown } from '../src/lib/time';
import { boundsOf, positionOf } from '../src/parts/plan/shape';
import { eventOf, sample } from './sample';

describe('time', () => {
  it('counts down to a limit and up after it', () => {
    expect(countdown(59_999)).toBe('0:59');
    expect(countdown(3_600_000)).toBe('1:00:00');
    expect(countdown(-75_000)).toBe('+1:15');
    expect(countdown(0)).toBe('0:00');
  });

  it('says a span in one number and one word', () => {
    expect(coarse(59_000)).toEqual({ value: 59, unit: 'second' });
    expect(coarse(119_000)).toEqual({ value: 1, unit: 'minute' });
    expect(coarse(90 * 60_000)).toEqual({ value: 1, unit: 'hour' });
    expect(coarse(49 * 3_600_000)).toEqual({ value: 2, unit: 'day' });
    expect(coarse(-5)).toEqual({ value: 0, unit: 'second' });
  });

  it('follows the clock of a hub that runs faster than ours', () => {
    let here = 1_000;
    const clock = new HubClock(() => here);
    expect(clock.now()).toBe(1_000);
    clock.set(500_000, 60);
    here += 2_000;
    expect(clock.now()).toBe(620_000);
    clock.set(Number.NaN);
    expect(clock.now()).toBe(620_000);
  });
});

describe('waiting before the next try', () => {
  it('doubles, is spread by chance, and never exceeds twenty seconds', () => {
    expect(backoff(0, () => 0)).toBe(250);
    expect(backoff(0, () => 1)).toBe(500);
    expect(backoff(3, () => 1)).toBe(4_000);
    expect(backoff(50, () => 1)).toBe(20_000);
  });
});

describe('what the hub sends', () => {
  it('reads a case that lacks nearly everything', () => {
    const c = toCase({ id: 'x', severity: 2, state: 'handling' });
    expect([c.id, c.severity, c.state, c.open, c.version]).toEqual(['x', 'P2', 'Handling', true, 0]);
    expect(c.inputs).toEqual([]);
    expect(toCase(null).id).toBe('');
  });

  it('knows every state by name in any case, and ends where the hub ends', () => {
    for (const s of caseStates) expect(stateOf(s.toLowerCase())).toBe(s);
    expect(caseStates.filter((s) => !toCase({ state: s }).open)).toEqual(['NotFiled', 'Closed', 'FedBack', 'Rated', 'Cancelled', 'Merged']);
    expect(severityOf('p3')).toBe('P3');
  });

  it('places every state among the four words, or off the road', () => {
    expect(stepOfState('Filed')).toBe('intake');
    expect(stepOfState('Rework')).toBe('dispatch');
    expect(stepOfState('Handled')).toBe('handled');
    expect(stepOfState('Rated')).toBe('closed');
    expect(stepOfState('Merged')).toBeNull();
  });

  it('takes a bare array for a list, and a plan in either spelling', () => {
    expect(toPage([1, 2], (x) => x)).toEqual({ items: [1, 2], next: null });
    const plan = { features: [{ type: 'Feature', geometry: null, properties: { place: 'p', kind: 'shed', nameZh: '棚', nameEn: 'Shed' } }] };
    const community = toCommunity({ id: 'c', plan, devices: [{ id: 'd', longitude: 1, latitude: 2, online: true }, { id: 'nowhere' }] });
    expect(community.plan.features[0]!.properties).toEqual({ id: 'p', kind: 'shed', titleZh: '棚', titleEn: 'Shed' });
    expect(community.devices.map((d) => d.id)).toEqual(['d']);
  });

  it('leaves empty filters out of the question', () => {
    expect(queryString({ open: true, type: '', cursor: null, q: 'a b' })).toBe('?open=true&q=a+b');
    expect(queryString({})).toBe('');
  });
});

describe('words', () => {
  it('say the place of a case once', () => {
    expect(matter('端口过热 · 一号棚', '一号棚')).toBe('端口过热');
    expect(matter('端口过热', '一号棚')).toBe('端口过热');
    expect(matter(' · 一号棚', '一号棚')).toBe(' · 一号棚');
  });

  it('write figures without noise', () => {
    expect(figure(72.40000001, 'en')).toBe('72.4');
    expect(figure(1_234_567, 'en')).toBe('1,234,567');
    expect(figure(Number.NaN, 'en')).toBe('–');
    expect(figure(0.003, 'en')).toBe('0.003');
  });
});

describe('the record', () => {
  it('folds three or more device answers in a row and leaves what people did alone', () => {
    const c = sample();
    const kinds = ['reported', 'commandAcknowledged', 'commandAcknowledged', 'commandAcknowledged', 'note', 'note', 'note', 'alertJoined', 'alertJoined'];
    const runs = grouped(kinds.map((k, i) => ({ ...eventOf(c, i, k), version: i + 1 })));
    expect(runs.map((r) => `${r[0]!.kind}×${r.length}`)).toEqual(['alertJoined×1', 'alertJoined×1', 'note×1', 'note×1', 'note×1', 'commandAcknowledged×3', 'reported×1']);
  });
});

describe('the plan', () => {
  const square: GeoJSON.Feature = { type: 'Feature', geometry: { type: 'Polygon', coordinates: [[[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]]] }, properties: { id: 'leshan/estate-1' } };

  it('knows the box around what is drawn', () => {
    expect(boundsOf([square])).toEqual([0, 0, 4, 2]);
    expect(boundsOf([])).toBeNull();
  });

  it('puts a case without a position on the nearest drawn place above it', () => {
    const community = { id: '', titleZh: '', titleEn: '', plan: { type: 'FeatureCollection' as const, features: [square] }, devices: [] };
    expect(positionOf(sample({ longitude: null, latitude: null }), community)).toEqual([2, 1]);
    expect(positionOf(sample({ longitude: 9, latitude: 8 }), community)).toEqual([9, 8]);
    expect(positionOf(sample({ place: 'elsewhere', longitude: null, latitude: null }), community)).toBeNull();
  });
});

describe('the grid tree', () => {
  it('knows how deep a grid hangs, and survives a ring of parents', () => {
    const rows = [{ key: 'a', parent: '' }, { key: 'b', parent: 'a' }, { key: 'c', parent: 'b' }, { key: 'x', parent: 'y' }, { key: 'y', parent: 'x' }];
    const depth = depths(rows);
    expect(rows.slice(0, 3).map(depth)).toEqual([0, 1, 2]);
    expect(depth(rows[3]!)).toBe(16);
  });
});

describe('inputs of a rule', () => {
  it('tell what was computed of which channel', () => {
    expect(measure('rate(port_temp, 120 s)')).toEqual({ of: 'rate', channel: 'port_temp', span: '120 s' });
    expect(measure('above_neighbours(port_temp)')).toEqual({ of: 'above_neighbours', channel: 'port_temp', span: '' });
    expect(measure('port_temp')).toEqual({ of: '', channel: 'port_temp', span: '' });
  });

  it('write comparisons as people do', () => expect(['>=', '<', '=='].map(sign)).toEqual(['≥', '<', '=']));
});
