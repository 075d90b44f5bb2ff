import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { ApiError } from '../api/client';
import { hub } from '../api/hub';
import { chooseLanguage, useWords } from '../i18n';
import '../theme/signin.css';

export function SignInPage() {
  const { t, language } = useWords();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  const go = useNavigate();
  const { state } = useLocation() as { state: { from?: string } | null };

  const submit = async ({ name, password }: { name: string; password: string }) => {
    setBusy(true);
    setError(null);
    try {
      queries.setQueryData(['session'], await hub.signIn(name.trim(), password));
      await queries.invalidateQueries();
      await go(state?.from ?? '/', { replace: true });
    } catch (failure) {
      setError(reason(failure));
    } finally {
      setBusy(false);
    }
  };
  const reason = (failure: unknown): string => {
    if (!(failure instanceof ApiError)) return String(failure);
    if (failure.status === 401) return t('session.wrong');
    if (failure.status === 429) return t('session.slow');
    if (failure.status === 0) return t('error.unreachableHint');
    return failure.message;
  };

  return (
    <main className="signin" id="main">
      <section aria-label={t('app.name')}>
        <Plan />
        <h1>{t('app.name')}</h1>
        <p>{t('app.lead')}</p>
      </section>
      <Form layout="vertical" onFinish={(v) => void submit(v)} requiredMark={false} className="signin-form">
        <h2>{t('session.signIn')}</h2>
        {error ? <Alert type="error" title={error} role="alert" style={{ marginBottom: 16 }} /> : null}
        <Form.Item name="name" label={t('session.name')} rules={[{ required: true, message: t('session.nameMissing') }]}>
          <Input size="large" autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={t('session.password')} rules={[{ required: true, message: t('session.passwordMissing') }]}>
          <Input.Password size="large" autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>{t('session.signIn')}</Button>
        <p className="faint hint">{t('session.linkHint')}</p>
        <Button type="link" size="small" onClick={() => chooseLanguage(language === 'en' ? 'zh-CN' : 'en')}>{language === 'en' ? '中文' : 'English'}</Button>
      </Form>
    </main>
  );
}

/** A quiet estate plan with one lit case: what this is about, without words. */
function Plan() {
  const rows = [0, 1, 2, 3, 4, 5];
  return (
    <svg viewBox="0 0 420 300" aria-hidden="true" className="signin-plan">
      <path d="M24 8 H412 V268 L388 292 H8 V24 Z" className="ground" />
      {rows.map((r) => [0, 1, 2].map((c) => (r === 3 && c === 1 ? null : <rect key={`${r}-${c}`} x={34 + c * 126} y={34 + r * 41} width={c === 1 ? 92 : 100} height={17} className="house" />)))}
      <rect x={160} y={153} width={38} height={24} className="shed" /><rect x={206} y={153} width={38} height={24} className="shed" />
      <path d="M225 140 l20 20 -20 20 -20 -20 z" className="mark" />
      <circle cx={225} cy={160} r={44} className="ring" />
    </svg>
  );
}
