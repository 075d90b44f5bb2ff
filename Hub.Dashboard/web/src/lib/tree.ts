interface Node {
  key: string;
  parent: string;
}

/** How deep each row hangs below the top of its tree; a ring of parents ends at the sixteenth step instead of hanging the page. */
export function depths<T extends Node>(rows: readonly T[]): (row: T) => number {
  const byKey = new Map(rows.map((r) => [r.key, r]));
  return (row) => {
    let depth = 0;
    for (let up = byKey.get(row.parent); up && depth < 16; up = byKey.get(up.parent)) depth++;
    return depth;
  };
}
