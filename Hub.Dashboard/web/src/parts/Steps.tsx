import { useWords } from '../i18n';
import { stepOfState, steps } from '../lib/steps';
import type { CaseState } from '../api/types';

/** Where a case stands in the four words 受理 交办 办结 销号; with `exact`, the precise state stands under the word it belongs to. */
export function Steps({ state, exact = false }: { state: CaseState; exact?: boolean }) {
  const { t } = useWords();
  const step = stepOfState(state);
  const at = step ? steps.indexOf(step) : -1;
  return (
    <ol className={step ? 'steps' : 'steps off'} aria-label={t('case.stands', { state: t(`state.${state}`) })}>
      {steps.map((s, i) => (
        <li key={s} className={i < at ? 'done' : i === at ? 'now' : ''} aria-current={i === at ? 'step' : undefined}>
          {t(`step.${s}`)}
          {exact && i === at && t(`state.${state}`) !== t(`step.${s}`) ? ` · ${t(`state.${state}`)}` : ''}
        </li>
      ))}
      {step ? null : <li className="now">{t(`state.${state}`)}</li>}
    </ol>
  );
}
