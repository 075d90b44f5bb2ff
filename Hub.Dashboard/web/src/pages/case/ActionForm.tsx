import { AutoComplete, Button, DatePicker, Form, Input, Modal, Rate, Upload } from 'antd';
import type { UploadFile } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { hub } from '../../api/hub';
import type { AllowedAction, GridCase, TransitionBody } from '../../api/types';
import { useWords } from '../../i18n';
import { roles } from '../../lib/vocabulary';
import { hubClock, siteZone } from '../../lib/time';

interface ActionFormProps {
  action: AllowedAction | null;
  of: GridCase;
  busy: boolean;
  /** What the hub said against the last try; shown where the person is looking. */
  refusal: string;
  onSend: (fields: Partial<TransitionBody>) => void;
  onCancel: () => void;
}

interface Values {
  note?: string; reason?: string; assignee?: string; target?: string; receipt?: string; actionCode?: string; until?: Dayjs; rating?: number; plate?: string;
}

/** Photos asked for by name, in the order they are taken. */
const photoKinds: Record<string, readonly string[]> = { photos: ['photoBefore', 'photoAfter'], photo: ['photo'], evidence: ['document'] };

/** Asks for exactly what the hub says the step needs. */
export function ActionForm({ action, of: c, busy, refusal, onSend, onCancel }: ActionFormProps) {
  const { t, pick, word } = useWords();
  const [form] = Form.useForm<Values>();
  const [files, setFiles] = useState<Record<string, UploadFile[]>>({});
  const [sending, setSending] = useState(false);
  const [fault, setFault] = useState('');
  const [here, setHere] = useState<{ longitude: number; latitude: number } | null>(null);
  if (!action) return null;
  const needs = new Set(action.needs);
  const kinds = action.needs.flatMap((n) => photoKinds[n] ?? []);
  const must = [{ required: true, message: t('action.must') }];

  const submit = async (v: Values) => {
    setSending(true);
    setFault('');
    try {
      for (const kind of kinds) for (const f of files[kind] ?? []) if (f.originFileObj) await hub.upload(c.id, f.originFileObj, kind, '');
      onSend({
        note: v.note, reason: v.reason, assignee: v.assignee, target: v.target, receipt: v.receipt, actionCode: v.actionCode, rating: v.rating, post: action.post || undefined,
        untilMs: v.until ? siteZone.fromPicker(v.until.valueOf()) : undefined, arrival: needs.has('arrival') ? (v.plate ? { plate: v.plate } : (here ?? undefined)) : undefined,
      });
      setFiles({});
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };
  const locate = () =>
    navigator.geolocation.getCurrentPosition(
      (p) => setHere({ longitude: p.coords.longitude, latitude: p.coords.latitude }),
      () => setFault(t('action.noPosition')),
      { enableHighAccuracy: true, timeout: 10_000 },
    );

  return (
    <Modal
      open title={pick(action.titleZh, action.titleEn)} okText={pick(action.titleZh, action.titleEn)} cancelText={t('action.cancel')} onCancel={onCancel}
      onOk={() => form.submit()} confirmLoading={busy || sending} destroyOnHidden
    >
      <p className="quiet" style={{ margin: '0 0 12px' }}>{t('action.leads', { state: t(`state.${action.state}`), post: word('role', action.post) })}</p>
      <Form form={form} layout="vertical" onFinish={(v) => void submit(v)} initialValues={{ until: dayjs(siteZone.toPicker(hubClock.now())).add(1, 'day') }}>
        {needs.has('reason') ? <Form.Item name="reason" label={t('field.reason')} rules={must}><Input maxLength={500} /></Form.Item> : null}
        {needs.has('assignee') || action.action === 'dispatch'
          ? <Form.Item name="assignee" label={t('field.assignee')} extra={needs.has('assignee') ? undefined : t('action.assigneeHint')} rules={needs.has('assignee') ? must : []}>
              <AutoComplete options={roles.slice(0, 9).map((r) => ({ value: r, label: word('role', r) }))} />
            </Form.Item> : null}
        {needs.has('target') ? <Form.Item name="target" label={t('field.target')} rules={must}><Input maxLength={200} /></Form.Item> : null}
        {needs.has('receipt') ? <Form.Item name="receipt" label={t('field.receipt')} rules={must}><Input maxLength={100} /></Form.Item> : null}
        {needs.has('actionCode') ? <Form.Item name="actionCode" label={t('field.actionCode')} rules={must}><AutoComplete options={['removed', 'repaired', 'warned', 'extinguished', 'assisted', 'falseAlarm'].map((a) => ({ value: a, label: t(`done.${a}`) }))} /></Form.Item> : null}
        {needs.has('untilMs') ? <Form.Item name="until" label={t('field.until')} rules={must}><DatePicker showTime minDate={dayjs(siteZone.toPicker(hubClock.now()))} style={{ width: '100%' }} /></Form.Item> : null}
        {needs.has('rating') ? <Form.Item name="rating" label={t('field.rating')} rules={must}><Rate /></Form.Item> : null}
        {needs.has('arrival')
          ? <Form.Item name="plate" label={t('field.plate')} extra={<Button type="link" size="small" style={{ padding: 0 }} onClick={locate}>{here ? t('action.located') : t('action.locate')}</Button>} rules={here ? [] : must}>
              <Input placeholder={c.place} />
            </Form.Item> : null}
        {kinds.map((kind) => (
          <Form.Item key={kind} label={t(`evidenceKind.${kind}`)} required>
            <Upload accept="image/*,application/pdf" maxCount={3} fileList={files[kind] ?? []} beforeUpload={() => false} onChange={(i) => setFiles((f) => ({ ...f, [kind]: i.fileList }))}>
              <Button>{t('evidence.choose')}</Button>
            </Upload>
          </Form.Item>
        ))}
        <Form.Item name="note" label={t('field.note')} rules={needs.has('note') ? must : []}><Input.TextArea rows={3} maxLength={2000} /></Form.Item>
        {fault || refusal ? <p className="refusal" role="alert">{fault || refusal}</p> : null}
      </Form>
    </Modal>
  );
}
