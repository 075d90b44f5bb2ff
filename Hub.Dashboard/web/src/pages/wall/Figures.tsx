import { Link } from 'react-router';
import { severities } from '../../api/types';
import type { Stats } from '../../api/types';
import { useWords } from '../../i18n';
import { coarse } from '../../lib/time';
import { SeverityShape } from '../../parts/SeverityMark';

/** The row of key figures: how many open by severity, today, how much of the place is watched, and whether the books balance. */
export function Figures({ stats, stale }: { stats: Stats | undefined; stale: boolean }) {
  const { t, language } = useWords();
  const n = (value: number | undefined) => (value === undefined ? '–' : value.toLocaleString(language));
  const rate = stats && stats.devices > 0 ? stats.devicesOnline / stats.devices : null;
  const answer = stats?.acknowledgeSeconds ?? null;
  return (
    <section className={stale ? 'figures stale' : 'figures'} aria-label={t('wall.figures')}>
      <div className="fig-open">
        {severities.map((s) => (
          <Link key={s} to={`/cases?open=true&severity=${s}`} className={`fig ${s} ${stats && stats.open[s] > 0 ? 'some' : ''}`}>
            <span className="fig-sign"><SeverityShape severity={s} /></span>
            <b className="num">{n(stats?.open[s])}</b>
            <small>{t(`severity.${s}`)}</small>
          </Link>
        ))}
      </div>
      <Figure label={t('wall.openedToday')} value={n(stats?.openedToday)} />
      <Figure label={t('wall.closedToday')} value={n(stats?.closedToday)} />
      <Figure label={t('wall.overdue')} value={n(stats?.overdue)} loud={(stats?.overdue ?? 0) > 0} />
      <Figure label={t('wall.answer')} value={answer === null ? '–' : n(coarse(answer * 1000).value)} unit={answer === null ? '' : t(`unit.${coarse(answer * 1000).unit}`)} />
      <Link to="/devices?online=false" className="fig wide">
        <b className="num">{rate === null ? '–' : `${(Math.floor(rate * 1000) / 10).toFixed(1)}`}<i>{rate === null ? '' : '%'}</i></b>
        <small>{t('wall.online', { off: n(stats ? stats.devices - stats.devicesOnline : undefined) })}</small>
        <span className="meter" aria-hidden="true"><i style={{ width: `${(rate ?? 0) * 100}%` }} /></span>
      </Link>
      <Figure label={t('wall.messages')} value={n(stats ? Math.round(stats.messagesPerSecond) : undefined)} unit="/s" />
      <Link to="/ledger" className={`fig ledger ${stats ? (stats.ledger.balanced ? 'ok' : 'bad') : ''}`}>
        <b>{stats ? t(stats.ledger.balanced ? 'ledger.balanced' : 'ledger.unbalanced') : '–'}</b>
        <small className="num">{t('wall.ledger', { received: n(stats?.ledger.received), stored: n(stats?.ledger.stored), queued: n(stats?.ledger.queued) })}</small>
      </Link>
    </section>
  );
}

function Figure({ label, value, unit = '', loud = false }: { label: string; value: string; unit?: string; loud?: boolean }) {
  return <div className={loud ? 'fig loud' : 'fig'}><b className="num">{value}<i>{unit}</i></b><small>{label}</small></div>;
}
