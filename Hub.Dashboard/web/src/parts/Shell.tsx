import { Dropdown } from 'antd';
import { AppstoreOutlined, BarChartOutlined, ClusterOutlined, DeploymentUnitOutlined, MoreOutlined, UnorderedListOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { NavLink, useLocation, useNavigate } from 'react-router';
import { useWords } from '../i18n';
import { Guard } from './Page';
import { TopBar } from './TopBar';
import { LostBanner } from './LostBanner';
import { StorageBanner } from './StorageBanner';

export const places = ['wall', 'cases', 'devices', 'rules', 'suppressions', 'deadletters', 'ledger', 'reports'] as const;
export const pathOf = (place: (typeof places)[number]): string => (place === 'wall' ? '/' : `/${place}`);

export function Shell({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const { t } = useWords();
  return (
    <div className={pathname === '/' ? 'shell fixed' : 'shell'}>
      <div>
        <a className="unseen" href="#main">{t('nav.skip')}</a>
        <TopBar />
        <LostBanner />
        <StorageBanner />
      </div>
      <Guard key={pathname}>{children}</Guard>
      <Tabs />
    </div>
  );
}

/** The same ways on a phone, at the thumb. */
function Tabs() {
  const { t } = useWords();
  const go = useNavigate();
  const rest = (['suppressions', 'deadletters', 'ledger', 'reports'] as const).map((p) => ({ key: p, label: t(`nav.${p}`), onClick: () => void go(pathOf(p)) }));
  return (
    <nav className="tabs" aria-label={t('nav.label')}>
      <NavLink to="/" end><AppstoreOutlined />{t('nav.wall')}</NavLink>
      <NavLink to="/cases"><UnorderedListOutlined />{t('nav.cases')}</NavLink>
      <NavLink to="/devices"><DeploymentUnitOutlined />{t('nav.devices')}</NavLink>
      <NavLink to="/rules"><ClusterOutlined />{t('nav.rules')}</NavLink>
      <Dropdown trigger={['click']} placement="topRight" menu={{ items: [...rest, { key: 'about', icon: <BarChartOutlined />, label: t('nav.about'), onClick: () => void go('/about') }] }}>
        <button type="button"><MoreOutlined />{t('nav.more')}</button>
      </Dropdown>
    </nav>
  );
}
