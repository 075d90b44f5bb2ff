import { useEffect, useMemo, useRef } from 'react';
import type { PackFault } from '../../lib/drafts';

export interface Caret {
  line: number;
  column: number;
  /** Counts the jumps, so that the same place can be asked for twice. */
  turn: number;
}

/** A plain text field with line numbers that can be jumped to. */
export function Editor({ text, faults, caret, label, readOnly, onChange }: {
  text: string; faults: readonly PackFault[]; caret: Caret | null; label: string; readOnly: boolean; onChange: (text: string) => void;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => text.split('\n').length, [text]);
  const bad = useMemo(() => new Set(faults.map((f) => f.line)), [faults]);

  useEffect(() => {
    const field = area.current;
    if (!caret || caret.line < 1 || !field) return;
    const before = field.value.split('\n').slice(0, caret.line - 1).reduce((n, l) => n + l.length + 1, 0);
    const end = field.value.indexOf('\n', before);
    field.focus({ preventScroll: true });
    field.setSelectionRange(before + Math.max(0, caret.column - 1), end < 0 ? field.value.length : end);
    field.scrollTop = Math.max(0, (caret.line - 6) * lineHeight);
    field.scrollLeft = 0;
  }, [caret]);

  return (
    <div className="editor">
      <div className="gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, n) => <span key={n} className={bad.has(n + 1) ? 'bad' : undefined}>{n + 1}</span>)}
      </div>
      <textarea
        ref={area} value={text} readOnly={readOnly} aria-label={label} aria-invalid={faults.length > 0} spellCheck={false} autoCapitalize="off" autoCorrect="off" wrap="off"
        onChange={(e) => onChange(e.target.value)}
        onScroll={(e) => { if (gutter.current) gutter.current.scrollTop = e.currentTarget.scrollTop; }}
      />
    </div>
  );
}

const lineHeight = 20;
