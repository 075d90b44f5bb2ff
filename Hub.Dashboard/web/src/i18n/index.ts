import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { matter } from '../lib/plain';
import en from './en.json';
import zh from './zh.json';

export type Language = 'zh-CN' | 'en';
const key = 'hub.language';

/** Chinese, unless the person chose English or the browser asks for it before Chinese. */
export function firstLanguage(chosen: string | null, wanted: readonly string[]): Language {
  if (chosen === 'zh-CN' || chosen === 'en') return chosen;
  const first = wanted.find((w) => /^(zh|en)\b/i.test(w));
  return first?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
}

export function startLanguage(): void {
  void i18next.use(initReactI18next).init({
    lng: firstLanguage(localStorage.getItem(key), navigator.languages),
    fallbackLng: 'zh-CN',
    resources: { 'zh-CN': { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnEmptyString: false,
  });
  const mark = () => {
    document.documentElement.lang = i18next.language;
    document.title = i18next.t('app.title');
  };
  i18next.on('languageChanged', mark);
  mark();
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(key, language);
  void i18next.changeLanguage(language);
}

export interface Words {
  language: Language;
  /** A text of ours; unknown dynamic words (a role, a kind a rule invented) come back as they are when `otherwise` is given. */
  t: (key: string, values?: Record<string, unknown>) => string;
  /** A word of the hub's vocabulary: `word('role', 'GridWorker')`. */
  word: (group: string, name: string) => string;
  /** The member of a two-language pair. */
  pick: (zhText: string, enText: string) => string;
  /** What a case is about, without its place. */
  matterOf: (c: { titleZh: string; titleEn: string; placeTitleZh: string; placeTitleEn: string }) => string;
}

export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'zh-CN';
  const pick = (zhText: string, enText: string) => (language === 'en' ? enText || zhText : zhText || enText);
  return {
    language,
    t: (k, values) => t(k, values ?? {}),
    word: (group, name) => (name === '' ? '' : t(`${group}.${name.replaceAll('.', '_')}`, { defaultValue: name })),
    pick,
    matterOf: (c) => matter(pick(c.titleZh, c.titleEn), pick(c.placeTitleZh, c.placeTitleEn)),
  };
}
