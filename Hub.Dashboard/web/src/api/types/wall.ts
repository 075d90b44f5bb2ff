import type { Severity } from './cases';
import type { Ledger } from './ledger';

/** Key figures of the wall: `GET stats`. */
export interface Stats {
  /** The hub's clock, and how many of its seconds pass in one of ours. */
  now: string;
  speed: number;
  sequence: number;
  open: Record<Severity, number>;
  openedToday: number;
  closedToday: number;
  overdue: number;
  devices: number;
  devicesOnline: number;
  messagesPerSecond: number;
  /** Median seconds from dispatch to acceptance today; null when nothing was accepted. */
  acknowledgeSeconds: number | null;
  ledger: Pick<Ledger, 'received' | 'stored' | 'queued' | 'balanced'>;
}

/** A device on the plan; compact because there are thousands. */
export interface PlanDevice {
  id: string;
  kind: string;
  longitude: number;
  latitude: number;
  online: boolean;
}

/**
 * The plan of the community: `GET community`.
 * `plan` holds polygons and lines with `properties {id, kind, titleZh, titleEn}`; `kind` is the kind of place:
 * `estate`, `building`, `shed`, `lane`, `gate`, `yard`, `parking`, `road`, `green`.
 */
export interface Community {
  id: string;
  titleZh: string;
  titleEn: string;
  plan: GeoJSON.FeatureCollection;
  devices: PlanDevice[];
}
