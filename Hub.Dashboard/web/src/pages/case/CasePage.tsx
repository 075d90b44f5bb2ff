import { useQuery } from '@tanstack/react-query';
import { Suspense, lazy, useMemo } from 'react';
import { Link, useParams } from 'react-router';
import { hub } from '../../api/hub';
import type { GridCase } from '../../api/types';
import { useWords } from '../../i18n';
import { inOrder } from '../../live/board';
import { useLive, useNow } from '../../live/LiveProvider';
import { SeverityShape } from '../../parts/SeverityMark';
import { Loading, SimMark, Trouble } from '../../parts/states';
import { Steps } from '../../parts/Steps';
import { Age, Due, Moment } from '../../parts/times';
import { Actions } from './Actions';
import { Commands, Evidence, Facts, Inputs, Why } from './boxes';
import { Timeline } from './Timeline';
import '../../theme/case.css';

const Readings = lazy(() => import('./Readings').then((m) => ({ default: m.Readings })));
const Inset = lazy(() => import('./Inset').then((m) => ({ default: m.Inset })));

/** Everything about one case: where it stands, why it was raised, what was measured, who did what, and what may be done now. */
export default function CasePage() {
  const { id = '' } = useParams();
  const found = useQuery({ queryKey: ['case', id], queryFn: ({ signal }) => hub.case(id, signal), refetchInterval: 30_000 });
  const events = useQuery({ queryKey: ['case', id, 'events'], queryFn: ({ signal }) => hub.events(id, signal) });
  if (found.isPending) return <Loading />;
  if (!found.data) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const c = found.data;
  return (
    <main className="page case" id="main">
      <Head of={c} />
      <div className="case-grid">
        <div className="case-main">
          <Actions of={c} />
          <Why of={c} />
          {c.inputs.length > 0 ? <Suspense fallback={<Loading />}><Readings of={c} /></Suspense> : null}
          <Inputs of={c} />
          <Commands of={c} />
        </div>
        <div className="case-side">
          <Suspense fallback={null}><Inset of={c} /></Suspense>
          <Facts of={c} />
          <Evidence of={c} />
        </div>
        <div className="case-log">{events.data ? <Timeline events={events.data} commands={c.commands} /> : events.isError ? <Trouble error={events.error} retry={() => void events.refetch()} /> : <Loading />}</div>
      </div>
    </main>
  );
}

function Head({ of: c }: { of: GridCase }) {
  const { t, pick, word, matterOf } = useWords();
  const now = useNow(1000);
  return (
    <header className={`case-head ${c.severity} ${c.open ? '' : 'ended'}`}>
      <span className="case-sign"><SeverityShape severity={c.severity} /></span>
      <div className="case-name">
        <p className="quiet">
          <span>{c.severity} {t(`severity.${c.severity}`)}</span> · <span>{word('type', c.type)}</span> · <span className="mono">{c.id}</span>
          {c.sim ? <> <SimMark /></> : null}{c.restricted ? <> <span className="sim">{t('case.restricted')}</span></> : null}
        </p>
        <h1>{matterOf(c)}</h1>
        <p className="case-place">{pick(c.placeTitleZh, c.placeTitleEn)}{c.zone ? ` · ${c.zone}` : ''}</p>
      </div>
      <div className="case-due">
        {c.open && c.limit ? <><small>{t(`limit.${c.limit}`)}</small><b><Due of={c} now={now} short /></b></> : <><small>{t('case.state')}</small><b>{t(`state.${c.state}`)}</b></>}
        <small><Moment at={c.openedAt} seconds /> · <Age at={c.openedAt} now={now} /></small>
      </div>
      <Steps state={c.state} exact />
      <Neighbours of={c} />
    </header>
  );
}

/** The open case before and after this one, in the order of the wall. */
function Neighbours({ of: c }: { of: GridCase }) {
  const { t } = useWords();
  const { board } = useLive();
  const ordered = useMemo(() => inOrder(board), [board]);
  const at = ordered.findIndex((x) => x.id === c.id);
  const before = at > 0 ? ordered[at - 1] : at === -1 ? ordered[0] : undefined;
  const after = at >= 0 ? ordered[at + 1] : undefined;
  return (
    <nav className="case-next" aria-label={t('case.neighbours')}>
      {before ? <Link to={`/cases/${encodeURIComponent(before.id)}`} rel="prev">← {t('case.previous')}</Link> : <span />}
      <Link to="/cases">{t('case.all')}</Link>
      {after ? <Link to={`/cases/${encodeURIComponent(after.id)}`} rel="next">{t('case.following')} →</Link> : <span />}
    </nav>
  );
}
