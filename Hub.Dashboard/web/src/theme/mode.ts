import { useSyncExternalStore } from 'react';

export type Mode = 'dark' | 'light';
const key = 'hub.theme';
const watchers = new Set<() => void>();
let mode: Mode = typeof localStorage !== 'undefined' && localStorage.getItem(key) === 'light' ? 'light' : 'dark';

const show = () => {
  document.documentElement.dataset.theme = mode;
};

/** Dark unless chosen otherwise: control rooms are dim. */
export function startMode(): void {
  show();
}

export function chooseMode(next: Mode): void {
  mode = next;
  localStorage.setItem(key, next);
  show();
  for (const watcher of watchers) watcher();
}

export const useMode = (): Mode =>
  useSyncExternalStore((watcher) => { watchers.add(watcher); return () => watchers.delete(watcher); }, () => mode);
