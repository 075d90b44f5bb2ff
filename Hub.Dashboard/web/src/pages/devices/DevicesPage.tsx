import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input, Select, Table } from 'antd';
import { Link, useNavigate } from 'react-router';
import { hub } from '../../api/hub';
import type { Device } from '../../api/types';
import { useWords } from '../../i18n';
import { figure } from '../../lib/plain';
import { deviceKinds } from '../../lib/vocabulary';
import { FirstSteps } from '../../parts/FirstSteps';
import { Page } from '../../parts/Page';
import { Loading, Note, SimMark, Trouble } from '../../parts/states';
import { LiveAge } from '../../parts/times';
import { useFilter } from '../../parts/useFilter';
import { Watched } from './Watched';

const pageSize = 100;

export default function DevicesPage() {
  const { t, pick, word, language } = useWords();
  const go = useNavigate();
  const { search, set, reset } = useFilter();
  const filter = { kind: search.get('kind') ?? '', online: search.get('online') ?? '', place: search.get('place') ?? '', q: search.get('q') ?? '' };
  const filtered = Object.values(filter).some((v) => v !== '');
  const list = useInfiniteQuery({
    queryKey: ['devices', filter],
    queryFn: ({ pageParam, signal }) => hub.devices({ ...filter, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: 20_000,
  });
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];

  return (
    <Page title={t('nav.devices')} lead={t('devices.lead')}>
      <div className="filters" role="search">
        <Input.Search allowClear placeholder={t('devices.search')} aria-label={t('devices.search')} defaultValue={filter.q} onSearch={(v) => set('q', v.trim())} style={{ width: 240 }} />
        <Select allowClear showSearch={{ optionFilterProp: 'label' }} placeholder={t('device.kind')} aria-label={t('device.kind')} value={filter.kind || undefined} onChange={(v) => set('kind', v ?? '')} style={{ width: 190 }} options={deviceKinds.map((k) => ({ value: k, label: word('kind', k) }))} />
        <Select allowClear placeholder={t('device.watch')} aria-label={t('device.watch')} value={filter.online || undefined} onChange={(v) => set('online', v ?? '')} style={{ width: 130 }} options={[{ value: 'true', label: t('plan.watched') }, { value: 'false', label: t('plan.notWatched') }]} />
        <Input allowClear placeholder={t('case.place')} aria-label={t('case.place')} defaultValue={filter.place} onPressEnter={(e) => set('place', e.currentTarget.value.trim())} onClear={() => set('place', '')} style={{ width: 210 }} />
      </div>
      {list.isPending ? <Loading /> : list.isError && rows.length === 0 ? <Trouble error={list.error} retry={() => void list.refetch()} /> : rows.length === 0
        ? filtered ? <Note title={t('devices.none')} actions={<Button onClick={() => reset({})}>{t('cases.clear')}</Button>} /> : <FirstSteps />
        : <>
            <Table<Device>
              rowKey="id" size="small" pagination={false} dataSource={rows} scroll={{ x: 960 }} rowClassName="go"
              onRow={(d) => ({ onClick: () => void go(`/devices/${encodeURIComponent(d.id)}`) })}
              columns={[
                { title: t('device.watch'), width: 110, render: (_, d) => d.quarantineEnds === null ? <Watched online={d.online} /> : <span className="due over">{t('device.quarantine')}</span> },
                { title: t('device.id'), render: (_, d) => <><Link className="mono" to={`/devices/${encodeURIComponent(d.id)}`} onClick={(e) => e.stopPropagation()}>{d.id}</Link> {d.sim ? <SimMark /> : null}</> },
                { title: t('device.name'), render: (_, d) => d.name || <span className="faint">–</span> },
                { title: t('device.kind'), width: 170, render: (_, d) => pick(d.kindZh, d.kindEn) },
                { title: t('case.place'), render: (_, d) => <span className="quiet">{pick(d.placeTitleZh, d.placeTitleEn)}</span> },
                { title: t('device.rate'), width: 90, className: 'num', render: (_, d) => d.perSecond ? t('device.perSecond', { rate: figure(d.perSecond, language) }) : <span className="faint">–</span> },
                { title: t('device.lastSeen'), width: 120, render: (_, d) => <LiveAge at={d.lastSeen} /> },
              ]}
            />
            <div className="more">
              {list.hasNextPage
                ? <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('cases.next')}</Button>
                : <span className="faint">{t('devices.end', { count: rows.length })}</span>}
            </div>
          </>}
    </Page>
  );
}
