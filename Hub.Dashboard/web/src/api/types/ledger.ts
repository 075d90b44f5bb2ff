export interface DeadLetter {
  id: number;
  lane: number;
  position: number;
  topic: string;
  device: string;
  at: string;
  reason: string;
  detail: string;
  /** First bytes as text when they are UTF-8, else hexadecimal. */
  payload: string;
  encoding: 'utf8' | 'hex';
  payloadBytes: number;
}

/** A message the door refused: `GET refusals`. */
export interface Refusal {
  number: number;
  at: string;
  topic: string;
  client: string;
  reason: string;
  payload: string;
  encoding: 'utf8' | 'hex';
  payloadBytes: number;
}

/** Which dead letters a deed is about; what is empty does not restrict. */
export interface DeadLetterFilter {
  reason?: string;
  device?: string;
  topic?: string;
}

/** How the journal and the readings store are: `GET storage`. */
export interface Storage {
  store: string;
  reachable: boolean;
  troubleSince: string | null;
  trouble: string | null;
  lag: Record<string, number>;
  lagSeconds: number;
  refusedLines: number;
  lastRefusal: string | null;
  damagedChunks: number;
  journal: {
    full: string | null;
    bytes: number;
    segments: number;
    freeBytes: number;
    damagedRecords: number;
    damagedBytes: number;
    tornBytes: number;
    failedCommits: number;
  };
}

export interface Ledger {
  received: number;
  rejected: Record<string, number>;
  unclaimed: number;
  duplicates: number;
  journalled: number;
  decoded: number;
  deadLettered: number;
  readings: number;
  stored: number;
  queued: number;
  late: number;
  balanced: boolean;
}
