import { useQuery } from '@tanstack/react-query';
import { hub } from '../../api/hub';
import type { GridCase } from '../../api/types';
import { PlanMap } from '../../parts/plan/PlanMap';
import { positionOf } from '../../parts/plan/shape';

/** Where it is, close up. Nothing when nobody knows where. */
export function Inset({ of: c }: { of: GridCase }) {
  const community = useQuery({ queryKey: ['community'], queryFn: ({ signal }) => hub.community(signal), staleTime: 60_000 });
  if (!community.data || positionOf(c, community.data) === null) return null;
  return <div className="box inset"><PlanMap community={community.data} cases={[c]} focus={c} /></div>;
}
