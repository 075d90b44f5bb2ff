// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import axe from 'axe-core';
import { createElement } from 'react';
import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLanguage } from '../src/i18n';
import { FirstSteps } from '../src/parts/FirstSteps';
import { SeverityMark } from '../src/parts/SeverityMark';
import { Steps } from '../src/parts/Steps';
import { CaseWall } from '../src/pages/wall/CaseWall';
import { Figures } from '../src/pages/wall/Figures';
import { Timeline } from '../src/pages/case/Timeline';
import { FlowPicture } from '../src/pages/ledger/FlowPicture';
import { eventOf, sample } from './sample';

const now = Date.parse('2026-11-22T08:03:00+08:00');
beforeAll(() => {
  localStorage.setItem('hub.language', 'zh-CN');
  startLanguage();
});
afterEach(() => document.body.replaceChildren());

function show(element: ReactElement): HTMLElement {
  const box = document.body.appendChild(document.createElement('main'));
  flushSync(() => createRoot(box).render(createElement(QueryClientProvider, { client: new QueryClient() }, createElement(MemoryRouter, null, element))));
  return box;
}

/** Colours need a real browser; everything else axe can say without one. */
async function faults(): Promise<string[]> {
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'page-has-heading-one': { enabled: false } } });
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
}

const ledger = { received: 10, rejected: { 'bad-json': 1 }, unclaimed: 0, duplicates: 0, journalled: 9, decoded: 8, deadLettered: 1, readings: 24, stored: 24, queued: 0, late: 0, balanced: true };

describe('people who cannot see colours or use a mouse', () => {
  it('read severity as a word, not only as a colour', () => {
    const box = show(<SeverityMark severity="P1" word={false} />);
    expect(box.textContent).toContain('P1 特急');
  });

  it('are told where a case stands', () => {
    const box = show(<Steps state="Handling" exact />);
    expect(box.querySelector('[aria-current="step"]')!.textContent).toBe('交办 · 处置中');
    expect(box.querySelector('ol')!.getAttribute('aria-label')).toContain('处置中');
  });

  it('find no fault of axe on the wall', async () => {
    const cases = [sample(), sample({ id: 'b', severity: 'P2', state: 'Handling' }), sample({ id: 'c', severity: 'P3', limit: '', dueAt: null })];
    const box = show(<><Figures stale={false} stats={{ now: '', speed: 1, sequence: 1, open: { P1: 1, P2: 1, P3: 1, P4: 0 }, openedToday: 3, closedToday: 0, overdue: 1, devices: 10, devicesOnline: 9, messagesPerSecond: 12, acknowledgeSeconds: 41, ledger }} /><CaseWall cases={cases} now={now} ready onCase={() => undefined} /></>);
    expect(box.querySelectorAll('a.big')).toHaveLength(2);
    expect(box.textContent).toContain('超 2:00');
    expect(box.textContent).toContain('90.0');
    expect(await faults()).toEqual([]);
  });

  it('find no fault of axe in the record, the ledger and the first steps', async () => {
    show(<><Timeline events={[eventOf(sample(), 1, 'reported'), { ...eventOf(sample(), 2, 'note'), version: 4, actor: 'wang.li', post: 'GridWorker', data: { note: '已到场' } }]} commands={[]} /><FlowPicture of={ledger} /><FirstSteps /></>);
    expect(document.body.textContent).toContain('wang.li（网格员）');
    expect(await faults()).toEqual([]);
  });

  it('see a quiet sentence when nothing is open', () => {
    expect(show(<CaseWall cases={[]} now={now} ready onCase={() => undefined} />).textContent).toContain('当前没有未结案件');
  });
});
