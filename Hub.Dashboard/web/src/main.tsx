import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/tokens.css';
import './theme/base.css';
import './theme/shell.css';
import { keepBearer } from './api/client';
import { App } from './App';
import { startLanguage } from './i18n';
import { startMode } from './theme/mode';

startMode();
startLanguage();
takeToken();
createRoot(document.getElementById('root')!).render(<StrictMode><App /></StrictMode>);

/** A sign-in link carries its token once; it must not stay in the address bar, the history or a screenshot. */
function takeToken(): void {
  const url = new URL(location.href);
  const token = url.searchParams.get('token');
  if (!token) return;
  keepBearer(token);
  url.searchParams.delete('token');
  history.replaceState(null, '', url.pathname + url.search + url.hash);
}
