import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Progress, Segmented } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { ApiError } from '../../api/client';
import type { PackText, Trial } from '../../api/trials';
import { trials } from '../../api/trials';
import { useWords } from '../../i18n';
import { hubClock, siteZone } from '../../lib/time';
import { Moment } from '../../parts/times';

const spans = { hours: 6, day: 24, week: 168, month: 720 } as const;
type Span = keyof typeof spans | 'other';

/** Chooses the past, starts the trial, shows how far it is. */
export function Runner({ files, blocked, trial, onStart, onPick }: {
  files: readonly PackText[]; blocked: boolean; trial: Trial | null; onStart: (trial: Trial) => void; onPick: (id: string) => void;
}) {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const [span, setSpan] = useState<Span>('day');
  const [range, setRange] = useState<[Dayjs, Dayjs] | null>(null);
  const recent = useQuery({ queryKey: ['trials'], queryFn: ({ signal }) => trials.list(signal), refetchInterval: 10_000 });
  const start = useMutation({
    mutationFn: () => {
      const to = span === 'other' && range ? siteZone.fromPicker(range[1].valueOf()) : hubClock.now();
      const from = span === 'other' && range ? siteZone.fromPicker(range[0].valueOf()) : to - spans[span === 'other' ? 'day' : span] * 3_600_000;
      return trials.start({ files, from: new Date(from).toISOString(), to: new Date(to).toISOString(), warm: '1d' });
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['trials'] });
      onStart(made);
    },
  });
  const going = trial !== null && (trial.state === 'Waiting' || trial.state === 'Running');
  return (
    <section className="box trial-run">
      <h2>{t('trial.past')}</h2>
      <div className="in">
        <Segmented<Span> block value={span} onChange={setSpan} options={[...Object.keys(spans), 'other'].map((s) => ({ value: s as Span, label: t(`trial.span_${s}`) }))} />
        {span === 'other' ? <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" value={range} onChange={(v) => setRange(v?.[0] && v[1] ? [v[0], v[1]] : null)} maxDate={dayjs(siteZone.toPicker(hubClock.now()))} style={{ width: '100%' }} /> : null}
        <p className="quiet">{files.length === 0 ? t('trial.nothingChanged') : t('trial.willTry', { count: files.length })}</p>
        <div className="trial-go">
          <Button type="primary" loading={start.isPending} disabled={blocked || going || (span === 'other' && !range)} onClick={() => start.mutate()}>{t('trial.run')}</Button>
          {going ? <Button onClick={() => void trials.cancel(trial.id)}>{t('trial.cancel')}</Button> : null}
        </div>
        {start.error instanceof ApiError ? <pre className="trial-refused" role="alert">{start.error.message}</pre> : null}
        {going ? (
          <div role="status">
            <Progress percent={Math.floor(trial.share * 100)} status="active" size="small" />
            <p className="quiet num">{trial.state === 'Waiting' ? t('trial.waiting') : t('trial.messages', { count: trial.messages.toLocaleString(language) })}</p>
          </div>
        ) : null}
        {trial?.state === 'Failed' ? <pre className="trial-refused" role="alert">{trial.fault}</pre> : null}
        {trial?.state === 'Cancelled' ? <p className="quiet">{t('trial.cancelled')}</p> : null}
        {recent.data && recent.data.length > 0 ? (
          <div className="trial-recent">
            <h3>{t('trial.recent')}</h3>
            <ul>
              {recent.data.slice(0, 6).map((r) => (
                <li key={r.id}>
                  <button type="button" aria-pressed={r.id === trial?.id} onClick={() => onPick(r.id)}>
                    <Moment at={r.askedAt} /> <span>{r.files.length === 0 ? t('trial.inForce') : r.files.join(', ')}</span> <em>{t(`trial.state_${r.state}`)}</em>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
    </section>
  );
}
