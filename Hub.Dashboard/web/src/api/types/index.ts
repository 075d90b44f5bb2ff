/**
 * What the pages read from the hub's public API, field by field.
 * Times are ISO 8601 strings with offset. Texts that people read come in both languages (`…Zh`, `…En`).
 * Every page reads through these shapes and nothing else; `normalise.ts` is forgiving about what is left out.
 */

export * from './answers';
export * from './session';
export * from './cases';
export * from './devices';
export * from './rules';
export * from './ledger';
export * from './wall';
export * from './reports';
