export interface Device {
  id: string;
  kind: string;
  kindZh: string;
  kindEn: string;
  name: string;
  place: string;
  placeTitleZh: string;
  placeTitleEn: string;
  online: boolean;
  lastSeen: string | null;
  sim: boolean;
  disabled: boolean;
  perSecond: number | null;
  quarantineEnds: string | null;
  longitude: number | null;
  latitude: number | null;
  attributes: Record<string, string>;
}

/** Newest value of a channel: `latest` of `GET devices/{id}`. */
export interface LatestReading {
  channel: string;
  titleZh: string;
  titleEn: string;
  unit: string;
  at: string;
  value: number | null;
  text: string | null;
}

export interface DeviceDetail extends Device {
  latest: LatestReading[];
}

/** `GET readings?device=&channel=&from=&to=&step=` → `{device, channel, unit, items}`. */
export interface Series {
  device: string;
  channel: string;
  unit: string;
  items: SeriesPoint[];
}

export interface SeriesPoint {
  at: string;
  value: number | null;
  min: number | null;
  max: number | null;
  last: number | null;
  count: number;
  text: string | null;
}
