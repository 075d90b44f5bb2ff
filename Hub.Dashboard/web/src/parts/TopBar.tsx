import { Dropdown } from 'antd';
import { BulbOutlined, SoundOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons';
import { Link, NavLink, useNavigate } from 'react-router';
import { chooseLanguage, useWords } from '../i18n';
import { useLive, useNow } from '../live/LiveProvider';
import { useAlarm } from '../live/useAlarm';
import { chooseMode, useMode } from '../theme/mode';
import { useMe, useSignOut } from './session';
import { pathOf, places } from './Shell';
import { siteZone } from '../lib/time';

export function TopBar() {
  const { t, language } = useWords();
  const mode = useMode();
  return (
    <header className="bar">
      <Link className="brand" to="/" aria-label={t('app.name')}>
        <img src="/mark.svg" alt="" />
        <strong>{t('app.name')}</strong>
      </Link>
      <nav className="nav" aria-label={t('nav.label')}>
        {places.map((p) => <NavLink key={p} to={pathOf(p)} end={p === 'wall'}>{t(`nav.${p}`)}</NavLink>)}
      </nav>
      <span className="fill" />
      <Sound />
      <LineState />
      <button type="button" className="tool" onClick={() => chooseLanguage(language === 'en' ? 'zh-CN' : 'en')} aria-label={`${language === 'en' ? '中文' : 'English'} – ${t('tool.language')}`}>
        <TranslationOutlined /><span className="label" lang={language === 'en' ? 'zh-CN' : 'en'}>{language === 'en' ? '中文' : 'English'}</span>
      </button>
      <button type="button" className="tool" onClick={() => chooseMode(mode === 'dark' ? 'light' : 'dark')} aria-label={t(mode === 'dark' ? 'tool.light' : 'tool.dark')} title={t(mode === 'dark' ? 'tool.light' : 'tool.dark')}>
        <BulbOutlined />
      </button>
      <Me />
      <Clock />
    </header>
  );
}

/** Off until a person has touched the page (browsers insist), loud while a P1 waits, then one press to silence it. */
function Sound() {
  const { t } = useWords();
  const { calling, allowed, unlock, silence } = useAlarm();
  return (
    <>
      <span className="unseen" role="status" aria-live="assertive">{calling[0] ? t('sound.announce', { count: calling.length }) : ''}</span>
      {calling.length > 0 && allowed
        ? <button type="button" className="tool call" onClick={silence}><SoundOutlined />{t('sound.silence', { count: calling.length })}</button>
        : <button type="button" className={allowed ? 'tool' : 'tool loud'} onClick={unlock} title={t(allowed ? 'sound.onHint' : 'sound.offHint')}>
            <SoundOutlined /><span className="label">{t(allowed ? 'sound.on' : 'sound.off')}</span>
          </button>}
    </>
  );
}

function LineState() {
  const { t } = useWords();
  const { state } = useLive();
  return <span className={`line-state ${state}`} title={t(`line.${state}Hint`)}><i aria-hidden="true" /><span>{t(`line.${state}`)}</span></span>;
}

function Me() {
  const { t, word } = useWords();
  const me = useMe();
  const signOut = useSignOut();
  const go = useNavigate();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'who', disabled: true, style: { color: 'var(--ink)' }, label: <span>{me.name || me.id}<br /><small>{me.roles.map((r) => word('role', r)).join(' · ')}</small></span> },
          { type: 'divider' },
          { key: 'about', label: t('nav.about'), onClick: () => void go('/about') },
          { key: 'out', label: t('session.signOut'), onClick: () => void signOut() },
        ],
      }}
    >
      <button type="button" className="tool me" aria-label={`${me.name || me.id} – ${t('session.account')}`}><UserOutlined /><span className="label">{me.name || me.id}</span></button>
    </Dropdown>
  );
}

function Clock() {
  const { language } = useWords();
  const now = useNow(1000);
  const wall = siteZone.wall(now);
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', weekday: 'short', timeZone: 'UTC' }).format(wall);
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false, timeZone: 'UTC' }).format(wall);
  return <time className="clock" dateTime={new Date(now).toISOString()}><small>{day}</small>{time}</time>;
}
