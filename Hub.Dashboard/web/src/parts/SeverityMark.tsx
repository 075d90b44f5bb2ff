import { useWords } from '../i18n';
import type { Severity } from '../api/types';

/** Four shapes that differ without colour: diamond, triangle, square, disc. */
export const severityShape: Record<Severity, string> = {
  P1: 'M12 0.5 L23.5 12 L12 23.5 L0.5 12 Z',
  P2: 'M12 1.2 L23.5 22 L0.5 22 Z',
  P3: 'M2.5 2.5 H21.5 V21.5 H2.5 Z',
  P4: 'M12 1.5 a10.5 10.5 0 1 0 0.01 0 Z',
};
const digitY: Record<Severity, number> = { P1: 16.6, P2: 19, P3: 16.8, P4: 16.6 };

export function SeverityShape({ severity }: { severity: Severity }) {
  return (
    <svg viewBox="0 0 24 24" className={severity} aria-hidden="true">
      <path d={severityShape[severity]} />
      <text x="12" y={digitY[severity]}>{severity[1]}</text>
    </svg>
  );
}

export function SeverityMark({ severity, word = true }: { severity: Severity; word?: boolean }) {
  const { t } = useWords();
  const name = t(`severity.${severity}`);
  return (
    <span className={`sev ${severity}`} title={`${severity} ${name}`}>
      <SeverityShape severity={severity} />
      {word ? <b>{name}</b> : <span className="unseen">{severity} {name}</span>}
    </span>
  );
}
