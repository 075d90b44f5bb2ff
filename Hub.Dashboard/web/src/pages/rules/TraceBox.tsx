import { useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Input } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { hub } from '../../api/hub';
import { severityOf } from '../../api/normalise';
import type { Retrace, RuleTrace, TracePart } from '../../api/types';
import { useWords } from '../../i18n';
import { figure } from '../../lib/plain';
import { hubClock, siteZone } from '../../lib/time';
import { SeverityMark } from '../../parts/SeverityMark';
import { Loading, Trouble } from '../../parts/states';
import { Moment } from '../../parts/times';

/** How a rule came to its answers: what the engine kept by itself, or for a device and an instant all of it, judged again. */
export function TraceBox({ rule }: { rule: string }) {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const [device, at] = [search.get('device') ?? '', search.get('at')];
  const set = (next: Record<string, string | null>) => setSearch((s) => {
    for (const [k, v] of Object.entries(next)) if (v) s.set(k, v); else s.delete(k);
    return s;
  }, { replace: true });
  const past = device !== '' && at !== null;
  const kept = useQuery({ queryKey: ['rule', rule, 'trace', device], queryFn: ({ signal }) => hub.trace(rule, device, signal), refetchInterval: 5_000, enabled: !past });
  const again = useQuery({ queryKey: ['rule', rule, 'retrace', device, at], queryFn: ({ signal }) => hub.retrace(rule, device, at!, signal), enabled: past, staleTime: 60_000, retry: false });
  return (
    <section className="box">
      <h2>{t('rules.trace')} <small>{past ? t('rules.traceAgain') : t('rules.traceHint')}</small></h2>
      <div className="in trace-tools">
        <Input.Search key={device} allowClear size="small" defaultValue={device} placeholder={t('rules.traceDevice')} aria-label={t('rules.traceDevice')} onSearch={(v) => set({ device: v.trim(), at: v.trim() ? at : null })} style={{ maxWidth: 260 }} />
        <DatePicker
          size="small" showTime format="MM-DD HH:mm:ss" disabled={device === ''} placeholder={t('rules.traceAt')} aria-label={t('rules.traceAt')} maxDate={dayjs(siteZone.toPicker(hubClock.now()))}
          value={at ? dayjs(siteZone.toPicker(Date.parse(at))) : null} onChange={(v) => set({ at: v ? new Date(siteZone.fromPicker(v.valueOf())).toISOString() : null })}
        />
        {device !== '' && !past ? <Button size="small" onClick={() => set({ at: new Date(hubClock.now()).toISOString() })}>{t('rules.traceNow')}</Button> : null}
      </div>
      {past
        ? again.isPending ? <Loading /> : !again.data ? <Trouble error={again.error} /> : <Past of={again.data} />
        : kept.isPending ? <Loading /> : !kept.data ? <Trouble error={kept.error} /> : kept.data.length === 0 ? <p className="in quiet">{t('rules.noTrace')}</p> : <Rows of={kept.data} open={false} />}
    </section>
  );
}

function Past({ of: r }: { of: Retrace }) {
  const { t, language } = useWords();
  return (
    <>
      <p className="in quiet">
        {r.notWatched ? <b>{t('rules.notWatched', { why: r.notWatched })}</b> : t('rules.judged', { heard: r.heard.toLocaleString(language), judged: r.judged.toLocaleString(language) })}
        {' '}<Moment at={r.from} seconds /> – <Moment at={r.to} seconds />
      </p>
      {r.items.length > 0 ? <Rows of={r.items} open /> : null}
    </>
  );
}

/** Newest first; each opens to its conditions. */
function Rows({ of: rows, open }: { of: readonly RuleTrace[]; open: boolean }) {
  const { t } = useWords();
  const [chosen, choose] = useState<number | null>(open ? 0 : null);
  return (
    <ol className="traces">
      {rows.map((r, n) => (
        <li key={n}>
          <button type="button" aria-expanded={chosen === n} onClick={() => choose(chosen === n ? null : n)}>
            <Moment at={r.at} seconds />
            <span className={`outcome ${r.outcome}`}>{t(`outcome.${r.outcome}`)}</span>
            <span className="mono clip">{r.device || r.place}</span>
            <span className="faint num">{r.ruleVersion}</span>
          </button>
          {chosen === n ? <Answer of={r} /> : null}
        </li>
      ))}
    </ol>
  );
}

function Answer({ of: r }: { of: RuleTrace }) {
  const { t } = useWords();
  return (
    <div className="trace-answer">
      {r.heldBy ? <p><span className="outcome suppressed">{t('outcome.suppressed')}</span> {t('rules.heldBy', { by: heldWords.includes(r.heldBy) ? t(`rules.held_${r.heldBy}`) : r.heldBy })}</p> : null}
      {r.detail && r.steps.length === 0 ? <p className="quiet">{r.detail}</p> : null}
      {r.steps.map((s) => (
        <div key={s.name} className="trace-step">
          <h4><SeverityMark severity={severityOf(s.severity)} word={false} /> {s.name} <span className={s.holds ? 'outcome raised' : 'outcome'}>{t(s.holds ? 'rules.holds' : 'rules.holdsNot')}</span></h4>
          <ul>{s.parts.map((p, n) => <Part key={n} of={p} />)}</ul>
        </div>
      ))}
      {r.device ? <p className="trace-links"><Link to={`/devices/${encodeURIComponent(r.device)}`}>{t('rules.toDevice')}</Link></p> : null}
    </div>
  );
}

const heldWords = ['flapping', 'flood'];

/** One condition: whether it held, and its figure against what it wants; a clock shows how far it has come. */
function Part({ of: p }: { of: TracePart }) {
  const { t, language, word } = useWords();
  const n = (v: number | null) => (v === null ? t('rules.unknown') : figure(v, language));
  const clock = p.kind !== 'value' && p.has !== null && p.wants !== null && p.comparison === '>=';
  return (
    <li style={{ paddingLeft: p.depth * 18 }}>
      <span className={p.holds ? 'tick yes' : 'tick'} role="img" aria-label={t(p.holds ? 'rules.holds' : 'rules.holdsNot')}>{p.holds ? '✓' : '✗'}</span>
      {p.kind === 'test' ? <code>{p.text}</code> : p.kind === 'value' ? <span className="mono">{p.text}</span> : <span>{word('operator', p.kind)}{p.text ? <> <code>{p.text}</code></> : null}</span>}
      {p.comparison ? <span className="num quiet">{n(p.has)} {p.unit} <span className="faint">({p.comparison} {n(p.wants)} {p.unit})</span></span> : p.has !== null ? <span className="num quiet">{n(p.has)} {p.unit}</span> : null}
      {clock ? <meter min={0} max={p.wants ?? 1} value={Math.min(p.has ?? 0, p.wants ?? 1)} aria-hidden="true" /> : null}
    </li>
  );
}
