/** One page of a list: `next` is the cursor of the following page, null on the last. */
export interface Page<T> {
  items: T[];
  next: string | null;
  /** Sequence of the newest case event the page was read at (case list only): the live stream goes on from here. */
  sequence?: number;
  /** How many there are in all, by reason (dead letters only). */
  counts?: Record<string, number>;
}

/** RFC 9457 problem. `allowed` names what may be done instead (409) or which values are taken (400). */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  allowed?: string[];
}
