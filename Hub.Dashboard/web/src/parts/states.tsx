import { Button, Spin } from 'antd';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { useWords } from '../i18n';

export function Loading() {
  const { t } = useWords();
  return <div className="note" style={{ border: 0, background: 'none', textAlign: 'center' }} role="status"><Spin /> <p>{t('app.loading')}</p></div>;
}

export function Note({ title, children, actions, wide = false }: { title: ReactNode; children?: ReactNode; actions?: ReactNode; wide?: boolean }) {
  return (
    <section className={wide ? 'note wide' : 'note'}>
      <h2>{title}</h2>
      {children}
      {actions ? <div className="actions">{actions}</div> : null}
    </section>
  );
}

/** What went wrong, in the hub's own words, and what can be done about it. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useWords();
  const status = error instanceof ApiError ? error.status : -1;
  const kind = status === 0 ? 'unreachable' : status === 403 ? 'forbidden' : status === 404 ? 'missing' : status >= 500 ? 'server' : 'other';
  return (
    <div role="alert">
      <Note title={t(`error.${kind}`)} actions={retry && status !== 404 ? <Button type="primary" onClick={retry}>{t('error.retry')}</Button> : null}>
        <p>{t(`error.${kind}Hint`)}</p>
        {error instanceof Error && status !== 0 ? <pre>{error.message}</pre> : null}
      </Note>
    </div>
  );
}

export const SimMark = () => {
  const { t } = useWords();
  return <span className="sim" title={t('sim.hint')}>{t('sim.mark')}</span>;
};
