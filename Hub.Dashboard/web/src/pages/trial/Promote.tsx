import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { ApiError } from '../../api/client';
import type { PackText } from '../../api/trials';
import { trials } from '../../api/trials';
import { useWords } from '../../i18n';

/** Puts the tried files in force, with a reason for the audit. */
export function Promote({ files, fingerprint, onDone }: { files: readonly PackText[]; fingerprint: string; onDone: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const promote = useMutation({
    mutationFn: () => trials.promote(files, fingerprint, reason.trim()),
    onSuccess: async () => {
      setOpen(false);
      setReason('');
      await queries.invalidateQueries({ queryKey: ['rules'] });
      onDone();
    },
  });
  return (
    <>
      <Button type="primary" disabled={files.length === 0} onClick={() => { promote.reset(); setOpen(true); }}>{t('trial.promote')}</Button>
      <Modal
        open={open} title={t('trial.promoteTitle')} okText={t('trial.promote')} cancelText={t('trial.back')} confirmLoading={promote.isPending}
        okButtonProps={{ disabled: reason.trim() === '' }} onOk={() => promote.mutate()} onCancel={() => setOpen(false)}
      >
        <p className="quiet">{t('trial.promoteHint')}</p>
        <ul className="trial-files">{files.map((f) => <li key={f.file} className="mono">{f.file}{f.text === '' ? ` (${t('trial.takenOut')})` : ''}</li>)}</ul>
        <Input.TextArea value={reason} onChange={(e) => setReason(e.target.value)} maxLength={500} rows={3} placeholder={t('trial.reason')} aria-label={t('trial.reason')} />
        {promote.error instanceof ApiError ? <pre className="trial-refused" role="alert">{promote.error.message}</pre> : null}
      </Modal>
    </>
  );
}
