import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { hub } from '../api/hub';
import type { DeadLetterFilter } from '../api/types';
import { useWords } from '../i18n';
import { Page } from '../parts/Page';
import { useMe } from '../parts/session';
import { Loading, Note, Trouble } from '../parts/states';
import { Moment } from '../parts/times';
import { Refusals } from './Refusals';
import '../theme/device.css';

const pageSize = 50;
const upkeep = ['Admin', 'Maintainer', 'ShiftLeader'];

/** What came in, was kept, and could not be read: with the reason, so that it can be mended at its source and decoded again. */
export default function DeadLettersPage() {
  const { t, language, word } = useWords();
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const mayKeep = useMe().roles.some((role) => upkeep.includes(role));
  const filter: DeadLetterFilter = { reason: search.get('reason') ?? '', device: search.get('device') ?? '', topic: search.get('topic') ?? '' };
  const filtered = Boolean(filter.reason || filter.device || filter.topic);
  const list = useInfiniteQuery({
    queryKey: ['deadletters', filter],
    queryFn: ({ pageParam, signal }) => hub.deadLetters({ ...filter, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: 30_000,
  });
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const counts = Object.entries(list.data?.pages[0]?.counts ?? {}).sort((a, b) => b[1] - a[1]);
  const total = counts.filter(([name]) => !filter.reason || name === filter.reason).reduce((sum, [, count]) => sum + count, 0);

  function narrow(change: DeadLetterFilter) {
    setChosen(new Set());
    setSearch(Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value)) as Record<string, string>);
  }

  function choose(ids: readonly number[], on: boolean) {
    const next = new Set(chosen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setChosen(next);
  }

  return (
    <Page title={t('nav.deadletters')} lead={t('dead.lead')}>
      {list.isPending ? <Loading /> : list.isError && rows.length === 0 ? <Trouble error={list.error} retry={() => void list.refetch()} /> : rows.length === 0 && !filtered
        ? <Note title={t('dead.none')}><p>{t('dead.noneHint')}</p></Note>
        : <>
            <div className="counts" role="group" aria-label={t('dead.reason')}>
              {counts.map(([name, count]) => (
                <button key={name} type="button" aria-pressed={name === filter.reason} onClick={() => narrow({ reason: name === filter.reason ? '' : name })}>
                  <b className="num">{count.toLocaleString(language)}</b>{word('fault', name)}
                </button>
              ))}
            </div>
            <div className="dead-tools">
              <Input.Search allowClear aria-label={t('dead.device')} placeholder={t('dead.device')} defaultValue={filter.device} onSearch={(device) => narrow({ device })} />
              <Input.Search allowClear aria-label={t('dead.topicBegins')} placeholder={t('dead.topicBegins')} defaultValue={filter.topic} onSearch={(topic) => narrow({ topic })} />
              {mayKeep && total > 0 ? <Deeds ids={[...chosen]} filter={filter} total={total} done={() => setChosen(new Set())} /> : null}
            </div>
            {rows.length === 0 ? <Note title={t('dead.noneFiltered')}><p>{t('dead.noneFilteredHint')}</p></Note> : (
              <div className="box table-box">
                <table className="plain">
                  <thead>
                    <tr>
                      {mayKeep ? <th><input type="checkbox" aria-label={t('dead.chooseShown')} checked={rows.every((d) => chosen.has(d.id))} onChange={(e) => choose(rows.map((d) => d.id), e.target.checked)} /></th> : null}
                      <th>{t('case.time')}</th><th>{t('dead.reason')}</th><th>{t('dead.topic')}</th><th>{t('dead.payload')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((d) => (
                      <tr key={d.id}>
                        {mayKeep ? <td><input type="checkbox" aria-label={t('dead.choose', { id: d.id })} checked={chosen.has(d.id)} onChange={(e) => choose([d.id], e.target.checked)} /></td> : null}
                        <td><Moment at={d.at} seconds /><div className="faint num">{t('dead.position', { lane: d.lane, position: d.position })}</div></td>
                        <td style={{ whiteSpace: 'normal', minWidth: 240 }}><b>{word('fault', d.reason)}</b><div className="quiet">{d.detail}</div></td>
                        <td><span className="mono">{d.topic}</span>{d.device ? <div><Link className="mono faint" to={`/devices/${encodeURIComponent(d.device)}`}>{d.device}</Link></div> : null}</td>
                        <td style={{ whiteSpace: 'normal', minWidth: 260 }}><code className="payload" tabIndex={0}>{d.payload}</code><span className="faint num">{t(`dead.${d.encoding}`)} · {d.payloadBytes.toLocaleString(language)} B</span></td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <div className="more">{list.hasNextPage ? <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('cases.next')}</Button> : null}</div>
          </>}
      <Refusals />
    </Page>
  );
}

/** What may be done with the chosen letters, or with all that the filter takes when none is chosen. */
function Deeds({ ids, filter, total, done }: { ids: readonly number[]; filter: DeadLetterFilter; total: number; done: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const which = ids.length > 0 ? { ids } : { filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as DeadLetterFilter };
  const count = ids.length > 0 ? ids.length : total;
  const finish = () => {
    done();
    void queries.invalidateQueries({ queryKey: ['deadletters'] });
    void queries.invalidateQueries({ queryKey: ['ledger'] });
  };
  const redecode = useMutation({ mutationFn: () => hub.redecode(which), onSuccess: finish });
  const removal = useMutation({ mutationFn: () => hub.deleteDeadLetters(which), onSuccess: finish });
  const error = redecode.error ?? removal.error;
  return (
    <span className="deeds">
      <Button type="primary" loading={redecode.isPending} onClick={() => redecode.mutate()}>{t(ids.length > 0 ? 'dead.redecodeChosen' : 'dead.redecodeAll', { count })}</Button>
      <Popconfirm title={t('dead.deleteAsk', { count })} description={t('dead.deleteHint')} okText={t('dead.delete')} cancelText={t('dead.keep')} okButtonProps={{ danger: true }} onConfirm={() => removal.mutate()}>
        <Button danger loading={removal.isPending}>{t(ids.length > 0 ? 'dead.deleteChosen' : 'dead.deleteAll', { count })}</Button>
      </Popconfirm>
      <span role="status" className={error ? 'due over' : 'quiet'}>
        {error ? error.message : redecode.isSuccess ? t('dead.redecoded', { ...redecode.data }) : removal.isSuccess ? t('dead.deleted', { count: removal.data.count }) : null}
      </span>
    </span>
  );
}
