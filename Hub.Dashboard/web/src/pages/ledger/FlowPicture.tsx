import { Link } from 'react-router';
import type { Ledger } from '../../api/types';
import { useWords } from '../../i18n';

interface Branch { key: string; value: number; to?: string; tone?: 'bad' | 'wait' }

/** The books as a stream: what left it on the way hangs below, what goes on flows to the right. */
export function FlowPicture({ of: l }: { of: Ledger }) {
  const { t, language } = useWords();
  const n = (v: number) => v.toLocaleString(language);
  const rejected = Object.values(l.rejected).reduce((s, c) => s + c, 0);
  const stages: { key: string; value: number; off: Branch[] }[] = [
    { key: 'received', value: l.received, off: [{ key: 'rejectedShort', value: rejected, tone: 'bad' }, { key: 'unclaimed', value: l.unclaimed }] },
    { key: 'journalled', value: l.journalled, off: [{ key: 'duplicates', value: l.duplicates }, { key: 'dead', value: l.deadLettered, to: '/deadletters', tone: 'bad' }, { key: 'queued', value: l.queued, tone: 'wait' }] },
    { key: 'decoded', value: l.decoded, off: [] },
    { key: 'storedReadings', value: l.stored, off: l.readings > l.stored ? [{ key: 'waiting', value: l.readings - l.stored, tone: 'wait' }] : [] },
  ];
  return (
    <ol className="flow" aria-label={t('ledger.flow')}>
      {stages.map((s, i) => (
        <li key={s.key} className="stage">
          <div className="stage-box">
            <small>{t(`ledger.${s.key}`)}</small>
            <b className="num">{n(s.value)}</b>
            {i < stages.length - 1 ? <Stream /> : null}
          </div>
          <ul>
            {s.off.map((b) => (
              <li key={b.key} className={`off ${b.value > 0 ? (b.tone ?? '') : 'nil'}`}>
                {b.to ? <Link to={b.to}>{t(`ledger.${b.key}`)}</Link> : <span>{t(`ledger.${b.key}`)}</span>}
                <b className="num">{n(b.value)}</b>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

const Stream = () => <svg className="stream" viewBox="0 0 60 40" preserveAspectRatio="none" aria-hidden="true"><path d="M0 8 H44 L60 20 L44 32 H0 Z" /></svg>;
