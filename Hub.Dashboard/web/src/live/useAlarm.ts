import { useCallback, useEffect, useMemo, useState } from 'react';
import { alarmKey, alarming } from './board';
import { AlarmSound } from './alarm';
import { useLive } from './LiveProvider';
import type { GridCase } from '../api/types';

const sound = new AlarmSound();

export interface Alarm {
  /** Life-or-fire cases that nobody has taken on and nobody here has silenced. */
  calling: GridCase[];
  /** The browser lets us sound. */
  allowed: boolean;
  unlock: () => void;
  silence: () => void;
}

/** Sounds while a P1 waits. Silencing is for this page and these cases only: the next P1 is heard again. */
export function useAlarm(): Alarm {
  const { board } = useLive();
  const [silenced, setSilenced] = useState<ReadonlySet<string>>(new Set());
  const [allowed, setAllowed] = useState(sound.allowed);
  const calling = useMemo(() => alarming(board.cases.values(), silenced), [board, silenced]);

  const unlock = useCallback(() => void sound.unlock().then(setAllowed, () => setAllowed(false)), []);
  const silence = useCallback(() => {
    unlock();
    setSilenced((known) => new Set([...known, ...calling.map(alarmKey)].slice(-500)));
  }, [calling, unlock]);

  useEffect(() => {
    // Any touch of the page will do as leave to sound.
    const once = () => unlock();
    window.addEventListener('pointerdown', once, { once: true });
    window.addEventListener('keydown', once, { once: true });
    return () => {
      window.removeEventListener('pointerdown', once);
      window.removeEventListener('keydown', once);
    };
  }, [unlock]);

  const on = calling.length > 0 && allowed;
  useEffect(() => {
    sound.set(on);
    return () => sound.set(false);
  }, [on]);

  return { calling, allowed, unlock, silence };
}
