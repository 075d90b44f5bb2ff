import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { Suspense, lazy } from 'react';
import { BrowserRouter, Navigate, Route, Routes, useLocation } from 'react-router';
import { ApiError } from './api/client';
import { useWords } from './i18n';
import { LiveProvider } from './live/LiveProvider';
import { SessionContext, useSession } from './parts/session';
import { Loading, Trouble } from './parts/states';
import { Shell } from './parts/Shell';
import { SignInPage } from './pages/SignInPage';
import { antdTheme } from './theme/antd';
import { useMode } from './theme/mode';

const WallPage = lazy(() => import('./pages/wall/WallPage'));
const CasePage = lazy(() => import('./pages/case/CasePage'));
const CasesPage = lazy(() => import('./pages/CasesPage'));
const DevicesPage = lazy(() => import('./pages/devices/DevicesPage'));
const DevicePage = lazy(() => import('./pages/devices/DevicePage'));
const RulesPage = lazy(() => import('./pages/rules/RulesPage'));
const TrialPage = lazy(() => import('./pages/trial/TrialPage'));
const RulePage = lazy(() => import('./pages/rules/RulePage'));
const SuppressionsPage = lazy(() => import('./pages/suppressions/SuppressionsPage'));
const DeadLettersPage = lazy(() => import('./pages/DeadLettersPage'));
const LedgerPage = lazy(() => import('./pages/ledger/LedgerPage'));
const ReportsPage = lazy(() => import('./pages/ReportsPage'));
const AboutPage = lazy(() => import('./pages/AboutPage'));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;

export function App() {
  const mode = useMode();
  const { language } = useWords();
  return (
    <ConfigProvider theme={antdTheme(mode, still)} locale={language === 'en' ? enUS : zhCN}>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Routes>
            <Route path="/signin" element={<SignInPage />} />
            <Route path="*" element={<SignedIn />} />
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
    </ConfigProvider>
  );
}

function SignedIn() {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.isPending) return <Loading />;
  if (session.error instanceof ApiError && session.error.status === 401)
    return <Navigate to="/signin" replace state={{ from: pathname + search }} />;
  if (!session.data) return <Trouble error={session.error} retry={() => void session.refetch()} />;
  return (
    <SessionContext value={session.data}>
      <LiveProvider>
        <Shell>
          <Suspense fallback={<Loading />}>
            <Routes>
              <Route index element={<WallPage />} />
              <Route path="cases" element={<CasesPage />} />
              <Route path="cases/:id" element={<CasePage />} />
              <Route path="devices" element={<DevicesPage />} />
              <Route path="devices/:id" element={<DevicePage />} />
              <Route path="rules" element={<RulesPage />} />
              <Route path="trial" element={<TrialPage />} />
              <Route path="rules/:id" element={<RulePage />} />
              <Route path="suppressions" element={<SuppressionsPage />} />
              <Route path="deadletters" element={<DeadLettersPage />} />
              <Route path="ledger" element={<LedgerPage />} />
              <Route path="reports" element={<ReportsPage />} />
              <Route path="about" element={<AboutPage />} />
              <Route path="*" element={<Trouble error={new ApiError({ status: 404, detail: pathname })} />} />
            </Routes>
          </Suspense>
        </Shell>
      </LiveProvider>
    </SessionContext>
  );
}
