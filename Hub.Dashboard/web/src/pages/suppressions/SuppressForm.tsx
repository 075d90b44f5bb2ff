import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AutoComplete, DatePicker, Form, Input, Modal, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { get } from '../../api/client';
import { suppressionKinds, suppressions } from '../../api/suppressions';
import type { SuppressionKind } from '../../api/suppressions';
import { useWords } from '../../i18n';
import { hubClock, siteZone } from '../../lib/time';
import { anomalyTypes, deviceKinds } from '../../lib/vocabulary';
import { useMe } from '../../parts/session';

interface Values {
  kind: SuppressionKind; owner: string; reason: string; span: [Dayjs, Dayjs]; place?: string; devices?: string[]; kinds?: string[]; types?: string[]; while?: string[]; whileLevel?: string;
}

const levels = ['', 'estate', 'building', 'stairwell', 'shed'] as const;
const iso = (at: Dayjs): string => new Date(siteZone.fromPicker(at.valueOf())).toISOString();

/** Asks who answers, why, until when, and for what; the hub judges the rest. */
export function SuppressForm({ onDone }: { onDone: () => void }) {
  const { t, word, pick } = useWords();
  const me = useMe();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? 'maintenance';
  const places = useQuery({ queryKey: ['places'], queryFn: ({ signal }) => get<{ items: { id: string; titleZh: string; titleEn: string }[] }>('places', { limit: 1000 }, signal), staleTime: 300_000 });
  const add = useMutation({
    mutationFn: ({ span, ...v }: Values) => suppressions.add({ ...v, from: iso(span[0]), to: iso(span[1]), while: v.kind === 'inhibitor' ? v.while : undefined, whileLevel: v.kind === 'inhibitor' ? v.whileLevel : undefined }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['suppressions'] });
      onDone();
    },
  });
  const must = [{ required: true, message: t('action.must') }];
  const now = dayjs(siteZone.toPicker(hubClock.now()));
  const typeOptions = anomalyTypes.map((x) => ({ value: x, label: word('type', x) }));
  return (
    <Modal
      open title={t('suppress.new')} okText={t('suppress.start')} cancelText={t('action.cancel')} onCancel={onDone} onOk={() => form.submit()} confirmLoading={add.isPending} destroyOnHidden width={560}
    >
      <p className="suppress-promise">{t('suppress.promise')}</p>
      <Form form={form} layout="vertical" onFinish={(v) => add.mutate(v)} initialValues={{ kind: 'maintenance', owner: me.name || me.id, span: [now, now.add(2, 'hour')], whileLevel: '' }}>
        <Form.Item name="kind" label={t('suppress.kind')} extra={t(`suppressHint.${kind}`)}>
          <Segmented block options={suppressionKinds.map((k) => ({ value: k, label: t(`suppressKind.${k}`) }))} />
        </Form.Item>
        <Form.Item name="span" label={t('suppress.span')} rules={must}><DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: '100%' }} /></Form.Item>
        <Form.Item name="reason" label={t('suppress.reason')} rules={must}><Input maxLength={300} /></Form.Item>
        <Form.Item name="owner" label={t('suppress.owner')} rules={must}><Input maxLength={60} /></Form.Item>
        <Form.Item name="place" label={t('case.place')} extra={t('suppress.placeHint')}>
          <AutoComplete
            allowClear options={(places.data?.items ?? []).map((p) => ({ value: p.id, label: `${pick(p.titleZh, p.titleEn)} · ${p.id}` }))}
            showSearch={{ filterOption: (typed, option) => `${String(option?.label ?? '')}`.toLowerCase().includes(typed.toLowerCase()) }}
          />
        </Form.Item>
        <Form.Item name="types" label={t('suppress.types')}><Select mode="multiple" allowClear placeholder={t('suppress.allTypes')} options={typeOptions} showSearch={{ optionFilterProp: 'label' }} /></Form.Item>
        <Form.Item name="kinds" label={t('suppress.kinds')}><Select mode="multiple" allowClear placeholder={t('suppress.allKinds')} options={deviceKinds.map((k) => ({ value: k, label: word('kind', k) }))} showSearch={{ optionFilterProp: 'label' }} /></Form.Item>
        <Form.Item name="devices" label={t('suppress.devices')}><Select mode="tags" allowClear tokenSeparators={[',', ' ', '\n']} open={false} suffixIcon={null} /></Form.Item>
        {kind === 'inhibitor' ? (
          <>
            <Form.Item name="while" label={t('suppress.while')} rules={must}><Select mode="multiple" options={typeOptions} showSearch={{ optionFilterProp: 'label' }} /></Form.Item>
            <Form.Item name="whileLevel" label={t('suppress.whileLevel')}><Select options={levels.map((l) => ({ value: l, label: t(`suppressLevel.${l || 'same'}`) }))} /></Form.Item>
          </>
        ) : null}
        {add.error ? <p className="refusal" role="alert">{add.error.message}</p> : null}
      </Form>
    </Modal>
  );
}
