import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { severityOf } from '../../api/normalise';
import { maySuppress, suppressions } from '../../api/suppressions';
import type { HeldAlert, Suppression } from '../../api/suppressions';
import { useWords } from '../../i18n';
import { Page } from '../../parts/Page';
import { useMe } from '../../parts/session';
import { SeverityMark } from '../../parts/SeverityMark';
import { Loading, Note, Trouble } from '../../parts/states';
import { LiveAge, Moment } from '../../parts/times';
import { SuppressForm } from './SuppressForm';
import '../../theme/device.css';
import '../../theme/suppress.css';

/** Who holds which alerts back, why and until when; and what is held back at this moment. */
export default function SuppressionsPage() {
  const { t } = useWords();
  const me = useMe();
  const may = maySuppress(me.roles);
  const [making, setMaking] = useState(false);
  const list = useQuery({ queryKey: ['suppressions'], queryFn: ({ signal }) => suppressions.list(signal), refetchInterval: 10_000 });
  const held = useQuery({ queryKey: ['suppressions', 'held'], queryFn: ({ signal }) => suppressions.held(signal), refetchInterval: 5_000 });
  const rows = list.data ?? [];
  const coming = rows.filter((s) => s.state !== 'over');
  const over = rows.filter((s) => s.state === 'over').slice(0, 50);
  return (
    <Page title={t('nav.suppressions')} lead={t('suppress.lead')} extra={may ? <Button type="primary" onClick={() => setMaking(true)}>{t('suppress.new')}</Button> : null}>
      <p className="suppress-promise">{t('suppress.promise')}</p>
      {list.isPending ? <Loading /> : !list.data ? <Trouble error={list.error} retry={() => void list.refetch()} /> : (
        <div className="suppress-grid">
          <section className="box">
            <h2>{t('suppress.coming')} <small className="num">{coming.length}</small></h2>
            {coming.length === 0 ? <p className="in quiet">{t('suppress.none')}</p> : coming.map((s) => <Row key={s.id} of={s} may={may} />)}
          </section>
          <section className="box">
            <h2>{t('suppress.held')} <small className="num">{held.data?.length ?? 0}</small></h2>
            {!held.data || held.data.length === 0 ? <p className="in quiet">{t('suppress.heldNone')}</p> : <Held of={held.data} names={rows} />}
          </section>
          {over.length > 0
            ? <section className="box wide"><h2>{t('suppress.over')}</h2>{over.map((s) => <Row key={s.id} of={s} may={false} />)}</section>
            : null}
        </div>
      )}
      {making ? <SuppressForm onDone={() => setMaking(false)} /> : null}
      {held.isError ? <Note title={t('error.other')} /> : null}
    </Page>
  );
}

function Row({ of: s, may }: { of: Suppression; may: boolean }) {
  const { t, pick } = useWords();
  const queries = useQueryClient();
  const end = useMutation({ mutationFn: () => suppressions.end(s.id), onSettled: () => void queries.invalidateQueries({ queryKey: ['suppressions'] }) });
  return (
    <article className={`suppress-row ${s.state}`}>
      <header>
        <b>{t(`suppressKind.${s.kind}`)}</b>
        <span className={`mark ${s.state}`}>{t(`suppressState.${s.state}`)}</span>
        {s.held > 0 ? <span className="mark held num">{t('suppress.holds', { count: s.held })}</span> : null}
        {may ? (
          <Popconfirm title={t('suppress.endAsk')} description={t('suppress.endHint')} okText={t('suppress.end')} cancelText={t('action.cancel')} onConfirm={() => end.mutate()}>
            <Button size="small" loading={end.isPending}>{t('suppress.end')}</Button>
          </Popconfirm>
        ) : null}
      </header>
      <p>{s.reason}</p>
      <Scope of={s} place={pick(s.placeTitleZh, s.placeTitleEn)} />
      <footer>
        <span><Moment at={s.from} /> – <Moment at={s.to} /></span>
        <span>{t('suppress.ownerIs', { owner: s.owner })}</span>
        <span>{t('suppress.by', { by: s.by })}</span>
        {s.endedAt ? <span>{t('suppress.endedBy', { by: s.endedBy })} <Moment at={s.endedAt} /></span> : null}
      </footer>
      {end.error ? <p className="refusal" role="alert">{end.error.message}</p> : null}
    </article>
  );
}

function Scope({ of: s, place }: { of: Suppression; place: string }) {
  const { t, word } = useWords();
  return (
    <p className="suppress-scope">
      {s.place ? <span title={s.place}>{place}</span> : s.devices.length > 0 ? null : <span>{t('suppress.everywhere')}</span>}
      {s.devices.map((d) => <Link key={d} className="mono" to={`/devices/${encodeURIComponent(d)}`}>{d}</Link>)}
      {s.kinds.map((k) => <span key={k}>{word('kind', k)}</span>)}
      {s.types.length > 0 ? s.types.map((x) => <span key={x}>{word('type', x)}</span>) : <span>{t('suppress.allTypes')}</span>}
      {s.rules.map((r) => <Link key={r} className="mono" to={`/rules/${encodeURIComponent(r)}`}>{r}</Link>)}
      {s.while.length > 0 ? <em>{t('suppress.whileOpen', { types: s.while.map((x) => word('type', x)).join(' / ') })}</em> : null}
    </p>
  );
}

function Held({ of: rows, names }: { of: readonly HeldAlert[]; names: readonly Suppression[] }) {
  const { t, pick, word } = useWords();
  const why = (by: string) => {
    const s = names.find((x) => x.id === by);
    return s ? `${t(`suppressKind.${s.kind}`)}: ${s.reason}` : t(`suppressBy.${by}`);
  };
  return (
    <div className="table-box">
      <table className="plain">
        <thead><tr><th>{t('case.severity')}</th><th>{t('case.type')}</th><th>{t('case.place')}</th><th>{t('suppress.since')}</th><th>{t('suppress.why')}</th></tr></thead>
        <tbody>
          {rows.map((h, n) => (
            <tr key={n}>
              <td><SeverityMark severity={severityOf(h.severity)} /></td>
              <td><Link to={`/rules/${encodeURIComponent(h.rule)}`}>{word('type', h.type)}</Link></td>
              <td style={{ whiteSpace: 'normal' }}>{pick(h.placeTitleZh, h.placeTitleEn)}{h.device ? <div><Link className="mono faint" to={`/devices/${encodeURIComponent(h.device)}`}>{h.device}</Link></div> : null}</td>
              <td><LiveAge at={h.since} /></td>
              <td style={{ whiteSpace: 'normal', minWidth: 160 }} className="quiet">{why(h.by)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
