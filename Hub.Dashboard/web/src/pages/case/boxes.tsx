import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Select, Upload, message } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { hub } from '../../api/hub';
import type { GridCase } from '../../api/types';
import { useWords } from '../../i18n';
import { figure, measure, shortHash, sign } from '../../lib/plain';
import { parseTime } from '../../lib/time';
import { Moment } from '../../parts/times';

/** In plain words: which rule, which version, on what ground. */
export function Why({ of: c }: { of: GridCase }) {
  const { t, pick } = useWords();
  const words = pick(c.explanationZh, c.explanationEn);
  return (
    <section className="box">
      <h2>{t('case.why')}</h2>
      <div className="in">
        {words ? <p className="why">{words}</p> : <p className="quiet">{t('case.byPerson')}</p>}
        <dl className="facts">
          {c.rule ? <><dt>{t('case.rule')}</dt><dd><Link to={`/rules/${encodeURIComponent(c.rule)}`}>{c.rule}</Link> <span className="faint">{t('case.version', { version: c.ruleVersion })}</span></dd></> : null}
          {c.basis ? <><dt>{t('case.basis')}</dt><dd><Basis of={c} /></dd></> : null}
          <dt>{t('case.confidence')}</dt><dd className="num">{Math.round(c.confidence * 100)} %</dd>
          <dt>{t('case.alerts')}</dt><dd>{t('case.alertCount', { count: c.alertCount })}{c.active ? t('case.holds') : t('case.holdsNot')}</dd>
          {c.reopenOf ? <><dt>{t('case.recursFrom')}</dt><dd><Link className="mono" to={`/cases/${encodeURIComponent(c.reopenOf)}`}>{c.reopenOf}</Link></dd></> : null}
        </dl>
      </div>
    </section>
  );
}

/** The record keeps the law's own words; who reads English gets the rule's English note when it is of the same ground. */
function Basis({ of: c }: { of: GridCase }) {
  const { language } = useWords();
  const rule = useQuery({ queryKey: ['rule', c.rule], queryFn: ({ signal }) => hub.rule(c.rule, signal), enabled: language === 'en' && c.rule !== '', staleTime: 600_000 });
  return <>{language === 'en' && rule.data?.basis === c.basis ? rule.data.basisEn : c.basis}</>;
}

export function Facts({ of: c }: { of: GridCase }) {
  const { t, word } = useWords();
  return (
    <section className="box">
      <h2>{t('case.facts')}</h2>
      <dl className="facts in">
        <dt>{t('case.assignee')}</dt><dd>{word('role', c.assignee) || '–'}</dd>
        <dt>{t('case.handler')}</dt><dd>{c.handler || '–'}</dd>
        <dt>{t('case.receivers')}</dt><dd>{c.receivers.map((r) => word('role', r)).join(' → ') || '–'}</dd>
        <dt>{t('case.grid')}</dt><dd className="mono">{[c.grid || '–', ...c.dedicatedGrids].join(' + ')}</dd>
        <dt>{t('case.placeId')}</dt><dd className="mono">{c.place || '–'}</dd>
        <dt>{t('case.occurred')}</dt><dd><Moment at={c.occurredAt} seconds /></dd>
        <dt>{t('case.updated')}</dt><dd><Moment at={c.updatedAt} seconds /></dd>
        <dt>{t('case.escalation')}</dt><dd>{c.escalationLevel > 0 ? t('case.escalated', { level: c.escalationLevel }) : '–'}</dd>
      </dl>
    </section>
  );
}

export function Inputs({ of: c }: { of: GridCase }) {
  const { t, language } = useWords();
  if (c.inputs.length === 0) return null;
  return (
    <section className="box">
      <h2>{t('case.inputs')} <small>{t('case.inputsHint')}</small></h2>
      <div className="table-box">
        <table className="plain">
          <thead><tr><th>{t('case.time')}</th><th>{t('device.one')}</th><th>{t('device.channel')}</th><th className="right">{t('case.value')}</th><th>{t('case.threshold')}</th></tr></thead>
          <tbody>
            {c.inputs.map((i, n) => (
              <tr key={n}>
                <td><Moment at={i.at} seconds /></td>
                <td><Link className="mono" to={`/devices/${encodeURIComponent(i.device)}`}>{i.device}</Link></td>
                <td><Measured channel={i.channel} /></td>
                <td className="right num"><b>{figure(i.value, language)}</b> {i.unit}</td>
                <td className="num">{i.threshold === null ? <span className="faint">{t('case.context')}</span> : <>{sign(i.comparison)} {figure(i.threshold, language)} {i.unit}</>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The channel in words, and what was computed of it over how long. */
function Measured({ channel }: { channel: string }) {
  const { word } = useWords();
  const m = measure(channel);
  return <>{word('channel', m.channel)}{m.of ? <span className="quiet"> · {word('computed', m.of)}{m.span ? ` ${m.span}` : ''}</span> : null}</>;
}

export function Commands({ of: c }: { of: GridCase }) {
  const { t, word } = useWords();
  const [all, setAll] = useState(false);
  if (c.commands.length === 0) return null;
  const shown = all ? c.commands : c.commands.slice(0, commandLimit);
  return (
    <section className="box">
      <h2>{t('case.commands')} <small>{t('case.commandsDone', { done: c.commands.filter((k) => k.state === 'acknowledged').length, count: c.commands.length })}</small></h2>
      <div className="table-box">
        <table className="plain">
          <tbody>
            {shown.map((k) => {
              const took = k.acknowledgedAt ? parseTime(k.acknowledgedAt) - parseTime(k.requestedAt) : NaN;
              return (
                <tr key={k.id}>
                  <td><b>{word('command', k.name)}</b></td>
                  <td><Link className="mono" to={`/devices/${encodeURIComponent(k.device)}`}>{k.device}</Link></td>
                  <td><Moment at={k.requestedAt} seconds /></td>
                  <td className={k.state === 'failed' ? 'due over' : k.state === 'acknowledged' ? '' : 'quiet'}>
                    {t(`commandState.${k.state}`)}{Number.isFinite(took) ? <span className="faint num"> {(took / 1000).toFixed(1)} s</span> : null}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {shown.length < c.commands.length ? <div className="more"><button type="button" className="fold" onClick={() => setAll(true)}>{t('case.moreCommands', { count: c.commands.length - shown.length })}</button></div> : null}
    </section>
  );
}

const commandLimit = 6;
const fileLimit = 8 * 1024 * 1024;

export function Evidence({ of: c }: { of: GridCase }) {
  const { t, word } = useWords();
  const queries = useQueryClient();
  const [kind, setKind] = useState('photo');
  const [toast, holder] = message.useMessage();
  const list = useQuery({ queryKey: ['case', c.id, 'evidence'], queryFn: ({ signal }) => hub.evidence(c.id, signal) });
  const upload = useMutation({
    mutationFn: (file: File) => hub.upload(c.id, file, kind, ''),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['case', c.id] }),
    onError: (error) => void toast.error(error.message),
  });
  const take = (file: File) => {
    if (file.size > fileLimit) void toast.error(t('evidence.tooLarge', { limit: fileLimit / 1024 / 1024 }));
    else upload.mutate(file);
    return false;
  };
  return (
    <section className="box">
      {holder}
      <h2>{t('evidence.title')}</h2>
      <div className="in">
        {list.data && list.data.length > 0 ? (
          <ul className="evidence">
            {list.data.map((e, n) => (
              <li key={e.hash || n}>
                {e.url && e.kind.startsWith('photo') ? <a href={e.url} target="_blank" rel="noreferrer"><img src={e.url} alt={word('evidenceKind', e.kind)} loading="lazy" /></a> : null}
                <div><b>{word('evidenceKind', e.kind)}</b> {e.url ? <a href={e.url} target="_blank" rel="noreferrer">{e.ref || shortHash(e.hash)}</a> : e.ref}
                  <div className="faint"><Moment at={e.at} /> · {e.by}{e.hash ? <> · <span className="mono" title={e.hash}>{shortHash(e.hash)}</span></> : null}</div>
                </div>
              </li>
            ))}
          </ul>
        ) : <p className="quiet">{t('evidence.none')}</p>}
        {c.open ? (
          <div className="evidence-add">
            <Select size="small" value={kind} onChange={setKind} aria-label={t('evidence.kind')} style={{ width: 120 }} options={['photo', 'photoBefore', 'photoAfter', 'document'].map((k) => ({ value: k, label: t(`evidenceKind.${k}`) }))} />
            <Upload accept="image/*,application/pdf" showUploadList={false} beforeUpload={take}><Button size="small" loading={upload.isPending}>{t('evidence.add')}</Button></Upload>
          </div>
        ) : null}
      </div>
    </section>
  );
}
