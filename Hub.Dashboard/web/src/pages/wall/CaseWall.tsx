import { Link } from 'react-router';
import type { GridCase } from '../../api/types';
import { useWords } from '../../i18n';
import { isWaiting } from '../../live/board';
import { SeverityShape } from '../../parts/SeverityMark';
import { Loading, SimMark } from '../../parts/states';
import { Steps } from '../../parts/Steps';
import { Age, Due } from '../../parts/times';

/** More than a screen holds; the rest is one press away. */
const rowLimit = 60;
/** When many lives are at stake at once, the newest few are large and all are seen. */
const largeLimit = 2;
/** P1 and P2 have a card each, but the rest of the list must still be seen without a hand on a wheel. */
const cardLimit = 5;

interface CaseWallProps {
  cases: readonly GridCase[];
  now: number;
  ready: boolean;
  onCase: (c: GridCase) => void;
}

/** Open cases, worst first. P1 is large enough to be read across the room, P2 in the middle, the rest in rows. */
export function CaseWall({ cases, now, ready }: CaseWallProps) {
  const { t } = useWords();
  const waitingFirst = [...cases].sort((a, b) => Number(isWaiting(b)) - Number(isWaiting(a)));
  const cards = waitingFirst.filter((c) => c.severity === 'P1' || c.severity === 'P2').slice(0, cardLimit);
  const carded = new Set(cards.map((c) => c.id));
  const rest = cases.filter((c) => !carded.has(c.id));
  const shown = rest.slice(0, rowLimit);
  return (
    <section className="wall-cases" aria-label={t('wall.cases')}>
      {!ready ? <Loading /> : null}
      {ready && cases.length === 0 ? <p className="calm">{t('wall.calm')}<small>{t('wall.calmHint')}</small></p> : null}
      {cards.map((c, at) => <BigCase key={c.id} of={c} now={now} calling={isWaiting(c)} large={isWaiting(c) && at < largeLimit} />)}
      {shown.length > 0 ? (
        <ol className="rows">
          {shown.map((c) => <Row key={c.id} of={c} now={now} />)}
        </ol>
      ) : null}
      {rest.length > shown.length ? <Link className="rows-more" to="/cases?open=true">{t('wall.more', { count: rest.length - shown.length })}</Link> : null}
    </section>
  );
}

/** Largest while nobody has taken it on; once in hand it makes room. */
function BigCase({ of: c, now, calling = false, large = false }: { of: GridCase; now: number; calling?: boolean; large?: boolean }) {
  const { t, pick, word, matterOf } = useWords();
  return (
    <Link to={`/cases/${encodeURIComponent(c.id)}`} className={`big ${c.severity} ${calling ? 'waiting' : ''} ${large ? 'calling' : ''}`}>
      <span className="big-sign"><SeverityShape severity={c.severity} /><span className="unseen">{c.severity} {t(`severity.${c.severity}`)}</span></span>
      <span className="big-body">
        <span className="big-title">{matterOf(c)}</span>
        <span className="big-place">{pick(c.placeTitleZh, c.placeTitleEn)}{c.sim ? <> <SimMark /></> : null}</span>
        <span className="big-facts">
          <Age at={c.openedAt} now={now} />
          {c.assignee ? <span>{word('role', c.assignee)}</span> : null}
          {c.escalationLevel > 0 ? <span className="due over">{t('case.escalated', { level: c.escalationLevel })}</span> : null}
        </span>
      </span>
      <span className="big-due"><BigDue of={c} now={now} /></span>
      <Steps state={c.state} exact />
    </Link>
  );
}

function BigDue({ of: c, now }: { of: GridCase; now: number }) {
  const { t } = useWords();
  if (!c.limit) return null;
  return <><small>{t(`limit.${c.limit}`)}</small><Due of={c} now={now} short /></>;
}

function Row({ of: c, now }: { of: GridCase; now: number }) {
  const { t, pick, matterOf } = useWords();
  return (
    <li>
      <Link to={`/cases/${encodeURIComponent(c.id)}`} className={`row ${c.severity} ${isWaiting(c) ? 'waiting' : ''}`}>
        <span className="sev"><SeverityShape severity={c.severity} /><span className="unseen">{c.severity} {t(`severity.${c.severity}`)}</span></span>
        <span className="row-title clip">{matterOf(c)}</span>
        <span className="row-place clip">{pick(c.placeTitleZh, c.placeTitleEn)}</span>
        <span className="row-state">{t(`state.${c.state}`)}</span>
        <span className="row-age num"><Age at={c.openedAt} now={now} /></span>
        <span className="row-due"><Due of={c} now={now} short /></span>
      </Link>
    </li>
  );
}
