import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Dropdown } from 'antd';
import { useRef, useState } from 'react';
import { ApiError } from '../../api/client';
import { hub } from '../../api/hub';
import type { AllowedAction, GridCase, TransitionBody } from '../../api/types';
import { useWords } from '../../i18n';
import { ActionForm } from './ActionForm';

/** The steps that move a case on get a button each, the first of them the loudest; the rest waits in a menu, with what ends a case or sends it back in red. */
const moving = new Set(['verify', 'file', 'dispatch', 'accept', 'arrive', 'resume', 'finish', 'close', 'rework', 'confirm', 'feedBack', 'rate', 'closeReceipt']);
const grave = new Set(['cancel', 'dismiss', 'merge', 'transfer', 'return', 'rework', 'decline']);

/** The buttons the state and my posts allow, as the hub names them; the page decides nothing. */
export function Actions({ of: c }: { of: GridCase }) {
  const { t, pick } = useWords();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<AllowedAction | null>(null);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  // The case as it stood when the button was pressed.
  const seen = useRef(c);
  const actions = useQuery({ queryKey: ['case', c.id, 'actions', c.version], queryFn: ({ signal }) => hub.actions(c.id, signal) });

  const send = async (action: AllowedAction, fields: Partial<TransitionBody>) => {
    setBusy(true);
    setRefusal(null);
    try {
      const now = await hub.case(c.id);
      const expectedVersion = moved(seen.current, now) ? seen.current.version : now.version;
      const after = await hub.transition(c.id, { ...fields, action: action.action, expectedVersion });
      queries.setQueryData(['case', c.id], after);
      setChosen(null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(error);
      if (error.status === 409) setChosen(null);
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ['case', c.id] });
    }
  };
  const press = (action: AllowedAction) => {
    setRefusal(null);
    seen.current = c;
    if (action.needs.length === 0 && !grave.has(action.action)) void send(action, {});
    else setChosen(action);
  };

  const list = actions.data ?? [];
  const forward = list.filter((a) => moving.has(a.action));
  const rest = list.filter((a) => !moving.has(a.action) && a.action !== 'evidence');
  const label = (a: AllowedAction) => `${pick(a.titleZh, a.titleEn)}${a.asksOnly ? t('action.asks') : ''}`;
  return (
    <section className="actions-box" aria-label={t('action.title')}>
      {refusal && !chosen ? <Refusal of={refusal} onClose={() => setRefusal(null)} /> : null}
      {actions.isSuccess && list.length === 0 ? <p className="quiet">{t('action.none')}</p> : null}
      {forward.length === 0 && rest.length > 0 && c.open ? <p className="quiet" style={{ marginBottom: 8 }}>{t('action.noneForward')}</p> : null}
      <div className="action-row">
        {forward.map((a, n) => (
          <Button key={`${a.action}/${a.post}`} size="large" type={n === 0 ? 'primary' : 'default'} disabled={busy} onClick={() => press(a)} title={`${a.transition} → ${t(`state.${a.state}`)}`}>
            {label(a)}
          </Button>
        ))}
        {rest.length > 0 ? (
          <Dropdown trigger={['click']} disabled={busy} menu={{ items: rest.map((a) => ({ key: `${a.action}/${a.post}`, label: label(a), danger: grave.has(a.action), onClick: () => press(a) })) }}>
            <Button size="large">{t('action.more')}</Button>
          </Dropdown>
        ) : null}
      </div>
      <ActionForm key={chosen?.action ?? ''} action={chosen} of={c} busy={busy} refusal={refusal && chosen ? refusal.message : ''} onSend={(fields) => chosen && void send(chosen, fields)} onCancel={() => setChosen(null)} />
    </section>
  );
}

/** Whether a person has moved the case on; further alerts, device answers and photos have not. */
const moved = (before: GridCase, now: GridCase): boolean =>
  before.state !== now.state || before.assignee !== now.assignee || before.handler !== now.handler;

/** 409: someone else was quicker. The page has already fetched the case anew; say so, and what is possible now. */
function Refusal({ of: error, onClose }: { of: ApiError; onClose: () => void }) {
  const { t } = useWords();
  const title = error.status === 409 ? t('action.conflict') : error.status === 403 ? t('action.forbidden') : t('action.refused');
  const allowed = error.problem.allowed ?? [];
  return (
    <Alert
      type={error.status === 409 ? 'warning' : 'error'} showIcon role="alert" closable={{ onClose }} style={{ marginBottom: 12 }} title={title}
      description={<>{error.message}{allowed.length > 0 ? <div>{t('action.allowed', { list: allowed.join(', ') })}</div> : null}</>}
    />
  );
}
