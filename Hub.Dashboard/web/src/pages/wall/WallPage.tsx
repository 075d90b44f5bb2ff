import { useQuery } from '@tanstack/react-query';
import { Suspense, lazy, useDeferredValue, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { hub } from '../../api/hub';
import type { Community, GridCase } from '../../api/types';
import { useWords } from '../../i18n';
import { inOrder } from '../../live/board';
import { useLive, useNow } from '../../live/LiveProvider';
import { noteClock } from '../../live/store';
import { FirstSteps } from '../../parts/FirstSteps';
import { Loading, Trouble } from '../../parts/states';
import { CaseWall } from './CaseWall';
import { Figures } from './Figures';
import { Legend } from './Legend';
import '../../theme/wall.css';

const PlanMap = lazy(() => import('../../parts/plan/PlanMap').then((m) => ({ default: m.PlanMap })));

const hasPlan = (c: Community): boolean => c.plan.features.length > 0 || c.devices.length > 0;

/** A hub with fewer devices than these that has heard nothing is being set up. */
const fewDevices = 4;

/** The control room's screen: what is open, where it is, and whether the hub itself can be trusted right now. */
export default function WallPage() {
  const { t } = useWords();
  const go = useNavigate();
  const now = useNow(1000);
  const live = useLive();
  const [showGrids, setShowGrids] = useState(false);
  const stats = useQuery({
    queryKey: ['stats'], refetchInterval: 2_000, refetchIntervalInBackground: true,
    queryFn: async ({ signal }) => {
      const answer = await hub.stats(signal);
      noteClock(answer);
      return answer;
    },
  });
  const community = useQuery({ queryKey: ['community'], queryFn: ({ signal }) => hub.community(signal), refetchInterval: 15_000 });
  const grids = useQuery({ queryKey: ['grids'], queryFn: ({ signal }) => hub.grids(signal), enabled: showGrids, staleTime: 300_000 });
  const cases = useDeferredValue(useMemo(() => inOrder(live.board), [live.board]));
  const open = (c: GridCase) => void go(`/cases/${encodeURIComponent(c.id)}`);

  if (stats.isError && !stats.data && !live.ready) return <Trouble error={stats.error} retry={() => void stats.refetch()} />;
  const s = stats.data;
  const nothingYet = s !== undefined && cases.length === 0 && (s.devices === 0 || (s.devices < fewDevices && s.ledger.received === 0));
  return (
    <main className={live.state === 'live' || live.lostAt === null ? 'wall' : 'wall stale'} id="main">
      <h1 className="unseen">{t('nav.wall')}</h1>
      <Figures stats={stats.data} stale={stats.isError} />
      {nothingYet ? <div className="wall-first"><FirstSteps /></div> : (
        <>
          <CaseWall cases={cases} now={now} ready={live.ready} onCase={open} />
          <section className="wall-plan">
            {community.data && !hasPlan(community.data) ? <p className="no-plan">{t('plan.empty')}<small>{t('plan.emptyHint')}</small></p> : community.data
              ? <Suspense fallback={<Loading />}>
                  <PlanMap community={community.data} cases={cases} grids={showGrids ? grids.data : undefined} onCase={open} onDevice={(id) => void go(`/devices/${encodeURIComponent(id)}`)} />
                </Suspense>
              : community.isError ? <Trouble error={community.error} retry={() => void community.refetch()} /> : <Loading />}
            <Legend community={community.data} showGrids={showGrids} onGrids={setShowGrids} />
          </section>
        </>
      )}
    </main>
  );
}
