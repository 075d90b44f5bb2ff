import type { CaseState } from '../api/types';

/** The four words every case is read in: 受理 – 交办 – 办结 – 销号. */
export const steps = ['intake', 'dispatch', 'handled', 'closed'] as const;
export type Step = (typeof steps)[number];

const stepOf: Record<CaseState, Step | null> = {
  Reported: 'intake', Verifying: 'intake', Filed: 'intake',
  Dispatched: 'dispatch', Accepted: 'dispatch', Handling: 'dispatch', Suspended: 'dispatch', Rework: 'dispatch', Transferred: 'dispatch',
  Handled: 'handled',
  Closed: 'closed', FedBack: 'closed', Rated: 'closed',
  NotFiled: null, Cancelled: null, Merged: null,
};

/** Where a state stands among the four; null when the case ended off the road (not filed, cancelled, merged). */
export const stepOfState = (state: CaseState): Step | null => stepOf[state];
