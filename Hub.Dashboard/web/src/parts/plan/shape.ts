import type { Community, GridCase, PlanDevice } from '../../api/types';

export type Bounds = [west: number, south: number, east: number, north: number];

/** The least box that holds every point of the features; null when there is none. */
export function boundsOf(features: readonly GeoJSON.Feature[]): Bounds | null {
  let box: Bounds | null = null;
  const take = (x: number, y: number) => {
    box = box ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)] : [x, y, x, y];
  };
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number' && typeof c[1] === 'number') take(c[0], c[1]);
    else c.forEach(walk);
  };
  for (const f of features) if (f.geometry && 'coordinates' in f.geometry) walk(f.geometry.coordinates);
  return box;
}

export const devicePoints = (devices: readonly PlanDevice[]): GeoJSON.FeatureCollection => ({
  type: 'FeatureCollection',
  features: devices.map((d) => ({
    type: 'Feature', geometry: { type: 'Point', coordinates: [d.longitude, d.latitude] }, properties: { id: d.id, kind: d.kind, online: d.online },
  })),
});

/** Where to draw a case: its own position, else the middle of the nearest drawn place above it; null when nothing is known. */
export function positionOf(c: GridCase, community: Community | undefined): [number, number] | null {
  if (c.longitude !== null && c.latitude !== null) return [c.longitude, c.latitude];
  if (!community) return null;
  for (let path = c.place; path.length > 0; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
    const feature = community.plan.features.find((f) => f.properties?.id === path);
    const box = feature ? boundsOf([feature]) : null;
    if (box) return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  }
  return null;
}
