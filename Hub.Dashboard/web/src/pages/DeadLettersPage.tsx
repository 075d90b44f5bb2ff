import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { hub } from '../api/hub';
import { useWords } from '../i18n';
import { Page } from '../parts/Page';
import { Loading, Note, Trouble } from '../parts/states';
import { Moment } from '../parts/times';
import '../theme/device.css';

const pageSize = 50;

/** What came in, was kept, and could not be read: with the reason, so that it can be mended at its source. */
export default function DeadLettersPage() {
  const { t, language, word } = useWords();
  const [search, setSearch] = useSearchParams();
  const reason = search.get('reason') ?? '';
  const list = useInfiniteQuery({
    queryKey: ['deadletters', reason],
    queryFn: ({ pageParam, signal }) => hub.deadLetters({ reason, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: 30_000,
  });
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const counts = Object.entries(list.data?.pages[0]?.counts ?? {}).sort((a, b) => b[1] - a[1]);
  return (
    <Page title={t('nav.deadletters')} lead={t('dead.lead')}>
      {list.isPending ? <Loading /> : list.isError && rows.length === 0 ? <Trouble error={list.error} retry={() => void list.refetch()} /> : rows.length === 0 && !reason
        ? <Note title={t('dead.none')}><p>{t('dead.noneHint')}</p></Note>
        : <>
            <div className="counts" role="group" aria-label={t('dead.reason')}>
              {counts.map(([name, count]) => (
                <button key={name} type="button" aria-pressed={name === reason} onClick={() => setSearch(name === reason ? {} : { reason: name })}>
                  <b className="num">{count.toLocaleString(language)}</b>{word('fault', name)}
                </button>
              ))}
            </div>
            <div className="box table-box">
              <table className="plain">
                <thead><tr><th>{t('case.time')}</th><th>{t('dead.reason')}</th><th>{t('dead.topic')}</th><th>{t('dead.payload')}</th></tr></thead>
                <tbody>
                  {rows.map((d) => (
                    <tr key={d.id}>
                      <td><Moment at={d.at} seconds /><div className="faint num">{t('dead.position', { lane: d.lane, position: d.position })}</div></td>
                      <td style={{ whiteSpace: 'normal', minWidth: 240 }}><b>{word('fault', d.reason)}</b><div className="quiet">{d.detail}</div></td>
                      <td><span className="mono">{d.topic}</span>{d.device ? <div><Link className="mono faint" to={`/devices/${encodeURIComponent(d.device)}`}>{d.device}</Link></div> : null}</td>
                      <td style={{ whiteSpace: 'normal', minWidth: 260 }}><code className="payload" tabIndex={0}>{d.payload}</code><span className="faint num">{t(`dead.${d.encoding}`)} · {d.payloadBytes.toLocaleString(language)} B</span></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <div className="more">{list.hasNextPage ? <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('cases.next')}</Button> : null}</div>
          </>}
    </Page>
  );
}
