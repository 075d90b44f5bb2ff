import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../src/i18n/en.json';
import zh from '../src/i18n/zh.json';
import { firstLanguage } from '../src/i18n';
import { anomalyTypes, deviceKinds, roles } from '../src/lib/vocabulary';
import { caseStates, severities } from '../src/api/types';

type Tree = Record<string, Record<string, string>>;
const texts: Record<string, Tree> = { zh, en };
const keysOf = (tree: Tree) => Object.entries(tree).flatMap(([g, d]) => Object.keys(d).map((k) => `${g}.${k}`));
const blanksOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? sources(join(folder, e.name)) : /\.tsx?$/.test(e.name) ? [join(folder, e.name)] : []));
const code = sources(join(import.meta.dirname, '../src')).map((f) => readFileSync(f, 'utf8')).join('\n');

describe('texts', () => {
  it('exist in both languages, key by key', () => {
    expect(keysOf(zh as Tree).sort()).toEqual(keysOf(en as Tree).sort());
  });

  it('are never empty and name the same blanks in both languages', () => {
    for (const key of keysOf(zh as Tree)) {
      const [group, name] = key.split('.') as [string, string];
      const pair = [texts.zh![group]![name]!, texts.en![group]![name]!];
      expect(pair.every((x) => x.trim() !== ''), key).toBe(true);
      expect(blanksOf(pair[0]!), key).toEqual(blanksOf(pair[1]!));
    }
  });

  it('exist for every key that the pages ask for', () => {
    const known = new Set(keysOf(zh as Tree));
    const asked = [...code.matchAll(/\bt\(\s*'([a-z]\w*\.\w+)'/gi)].map((m) => m[1]!);
    expect(asked.length).toBeGreaterThan(150);
    expect(asked.filter((k) => !known.has(k))).toEqual([]);
  });

  it('exist for every word of the shipped vocabulary', () => {
    const missing = [
      ...severities.map((s) => `severity.${s}`), ...caseStates.map((s) => `state.${s}`), ...anomalyTypes.map((s) => `type.${s}`),
      ...deviceKinds.map((s) => `kind.${s}`), ...roles.map((s) => `role.${s}`),
    ].filter((k) => !keysOf(zh as Tree).includes(k));
    expect(missing).toEqual([]);
  });

  it('stand in the resource files alone: no Chinese in the code but the name of the language itself', () => {
    const written = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').match(/[\u4e00-\u9fff]+/g) ?? [];
    expect(written.filter((w) => w !== '中文')).toEqual([]);
  });
});

describe('the first language', () => {
  it('is Chinese unless English is chosen or wanted before Chinese', () => {
    expect(firstLanguage(null, ['fr-FR'])).toBe('zh-CN');
    expect(firstLanguage(null, [])).toBe('zh-CN');
    expect(firstLanguage(null, ['fr-FR', 'en-GB', 'zh-CN'])).toBe('en');
    expect(firstLanguage(null, ['zh-TW', 'en'])).toBe('zh-CN');
    expect(firstLanguage('en', ['zh-CN'])).toBe('en');
    expect(firstLanguage('zh-CN', ['en'])).toBe('zh-CN');
  });
});
