import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input, Select, Table } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { hub } from '../api/hub';
import { caseStates, severities } from '../api/types';
import type { GridCase } from '../api/types';
import { useWords } from '../i18n';
import { anomalyTypes } from '../lib/vocabulary';
import { useLive, useNow } from '../live/LiveProvider';
import { Page } from '../parts/Page';
import { SeverityMark } from '../parts/SeverityMark';
import { Loading, Note, SimMark, Trouble } from '../parts/states';
import { Age, Due, Moment } from '../parts/times';
import { useFilter } from '../parts/useFilter';

const filterNames = ['open', 'severity', 'type', 'state', 'place', 'grid', 'q'] as const;
const pageSize = 50;
/** The list follows the live board, but no faster than this. */
const refreshMs = 3_000;

export default function CasesPage() {
  const { t, word, pick, matterOf } = useWords();
  const go = useNavigate();
  const now = useNow(5000);
  const { search, set, reset } = useFilter();
  const filter = Object.fromEntries(filterNames.map((n) => [n, search.get(n) ?? (n === 'open' ? 'true' : '')])) as Record<(typeof filterNames)[number], string>;
  const asked = { ...filter, open: filter.open === 'all' ? '' : filter.open };

  const list = useInfiniteQuery({
    queryKey: ['cases', asked],
    queryFn: ({ pageParam, signal }) => hub.cases({ ...asked, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  useFollow(list.refetch);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  const options = (names: readonly string[], group: string) => names.map((n) => ({ value: n, label: word(group, n) }));

  return (
    <Page title={t('nav.cases')} lead={t('cases.lead')}>
      <div className="filters" role="search">
        <Input.Search allowClear placeholder={t('cases.search')} defaultValue={filter.q} onSearch={(v) => set('q', v.trim())} style={{ width: 240 }} aria-label={t('cases.search')} />
        <Select aria-label={t('cases.openness')} value={filter.open} onChange={(v) => set('open', v)} style={{ width: 120 }} options={['true', 'false', 'all'].map((v) => ({ value: v, label: t(`cases.open_${v}`) }))} />
        <Select allowClear aria-label={t('case.severity')} placeholder={t('case.severity')} value={filter.severity || undefined} onChange={(v) => set('severity', v ?? '')} style={{ width: 130 }} options={severities.map((s) => ({ value: s, label: `${s} ${t(`severity.${s}`)}` }))} />
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} aria-label={t('case.type')} placeholder={t('case.type')} value={filter.type || undefined} onChange={(v) => set('type', v ?? '')} style={{ width: 190 }} options={options(anomalyTypes, 'type')} />
        <Select allowClear aria-label={t('case.state')} placeholder={t('case.state')} value={filter.state || undefined} onChange={(v) => set('state', v ?? '')} style={{ width: 130 }} options={options(caseStates, 'state')} />
        <Input allowClear placeholder={t('case.place')} aria-label={t('case.place')} defaultValue={filter.place} onPressEnter={(e) => set('place', e.currentTarget.value.trim())} onClear={() => set('place', '')} style={{ width: 190 }} />
      </div>
      {list.isPending ? <Loading /> : list.isError && rows.length === 0 ? <Trouble error={list.error} retry={() => void list.refetch()} /> : rows.length === 0
        ? <Note title={t('cases.none')} actions={<Button onClick={() => reset({ open: 'all' })}>{t('cases.clear')}</Button>}><p>{t('cases.noneHint')}</p></Note>
        : <>
            <Table<GridCase>
              rowKey="id" size="small" pagination={false} dataSource={rows} scroll={{ x: 1080 }}
              rowClassName="go" onRow={(c) => ({ onClick: () => void go(`/cases/${encodeURIComponent(c.id)}`) })}
              columns={[
                { title: t('case.severity'), width: 96, render: (_, c) => <SeverityMark severity={c.severity} /> },
                { title: t('case.title'), render: (_, c) => <><Link to={`/cases/${encodeURIComponent(c.id)}`} onClick={(e) => e.stopPropagation()}>{matterOf(c)}</Link> {c.sim ? <SimMark /> : null}</> },
                { title: t('case.place'), render: (_, c) => <span className="quiet">{pick(c.placeTitleZh, c.placeTitleEn)}</span> },
                { title: t('case.state'), width: 90, render: (_, c) => t(`state.${c.state}`) },
                { title: t('case.assignee'), width: 130, render: (_, c) => <span className="quiet">{word('role', c.assignee)}</span> },
                { title: t('case.opened'), width: 170, render: (_, c) => <><Moment at={c.openedAt} /> <span className="faint num" style={{ fontSize: 12 }}><Age at={c.openedAt} now={now} /></span></> },
                { title: t('case.limit'), width: 168, render: (_, c) => (c.open ? <Due of={c} now={now} /> : null) },
                { title: t('case.id'), width: 136, render: (_, c) => <span className="mono faint">{c.id}</span> },
              ]}
            />
            <div className="more">
              {list.hasNextPage
                ? <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('cases.next')}</Button>
                : <span className="faint">{t('cases.end', { count: rows.length })}</span>}
            </div>
          </>}
    </Page>
  );
}

/** Asks again when the live board moved, at most once in a while. */
function useFollow(refetch: () => unknown): void {
  const { board } = useLive();
  const last = useRef(board.sequence);
  const [due, setDue] = useState(0);
  useEffect(() => {
    if (board.sequence === last.current) return;
    last.current = board.sequence;
    setDue((d) => d || Date.now() + refreshMs);
  }, [board.sequence]);
  useEffect(() => {
    if (due === 0) return;
    const timer = setTimeout(() => {
      setDue(0);
      void refetch();
    }, Math.max(0, due - Date.now()));
    return () => clearTimeout(timer);
  }, [due, refetch]);
}
