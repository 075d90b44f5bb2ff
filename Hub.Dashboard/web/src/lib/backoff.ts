/** Milliseconds to wait before the n-th try (from 0): doubling from half a second to 20 s, with half of it left to chance. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(20_000, 500 * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random();
}
