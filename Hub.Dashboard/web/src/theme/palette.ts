import type { Severity } from '../api/types';
import type { Mode } from './mode';

/** Colours that drawings (charts, plan) need as values; `tokens.css` holds the same for everything else. */
export interface Palette {
  ground: string; panel: string; raised: string; line: string; ink: string; ink2: string; ink3: string; accent: string;
  severity: Record<Severity, string>;
  plan: { ground: string; estate: string; estateLine: string; building: string; buildingLine: string; shed: string; road: string; lane: string; label: string; halo: string; off: string };
  lines: string[];
}

const dark: Palette = {
  ground: '#0a1113', panel: '#0f191b', raised: '#162326', line: '#23353a', ink: '#e9f1ef', ink2: '#a9bbb8', ink3: '#829893', accent: '#4cc9a8',
  severity: { P1: '#ff6152', P2: '#ff9d3b', P3: '#f2d54e', P4: '#74b4ff' },
  plan: { ground: '#0c1416', estate: '#111d1f', estateLine: '#2b4346', building: '#1d2e32', buildingLine: '#35525a', shed: '#1c3d37', road: '#172427', lane: '#5a4a2c', label: '#9fb4b0', halo: '#0c1416', off: '#70827f' },
  lines: ['#4cc9a8', '#74b4ff', '#d9a6ff', '#f2d54e', '#ff9d3b', '#a9bbb8'],
};

const light: Palette = {
  ground: '#eef2ee', panel: '#ffffff', raised: '#f5f8f5', line: '#d3ddd7', ink: '#13211f', ink2: '#425450', ink3: '#5c6f6a', accent: '#08745d',
  severity: { P1: '#c7281b', P2: '#b95607', P3: '#8a6d00', P4: '#1f62bd' },
  plan: { ground: '#e6ece7', estate: '#f3f7f2', estateLine: '#b4c5bc', building: '#d9e3dd', buildingLine: '#a9bdb3', shed: '#c2e2d6', road: '#ffffff', lane: '#d9b978', label: '#3c504b', halo: '#f3f7f2', off: '#8b9b96' },
  lines: ['#08745d', '#1f62bd', '#7c3fb0', '#8a6d00', '#b95607', '#425450'],
};

export const paletteOf = (mode: Mode): Palette => (mode === 'dark' ? dark : light);
