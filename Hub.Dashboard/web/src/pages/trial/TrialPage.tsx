import { useQuery } from '@tanstack/react-query';
import { Button, Select, Upload } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { mayTry, trials } from '../../api/trials';
import type { PackText } from '../../api/trials';
import { useWords } from '../../i18n';
import { changesOf, keepDrafts, keptDrafts, lineChanges, lineOfRule, readFault } from '../../lib/drafts';
import { Page } from '../../parts/Page';
import { useMe } from '../../parts/session';
import { Loading, Note, Trouble } from '../../parts/states';
import { Comparison } from './Comparison';
import { Editor } from './Editor';
import type { Caret } from './Editor';
import { Promote } from './Promote';
import { Runner } from './Runner';
import '../../theme/trial.css';

/** Edit a copy of the rules, try it on the past, put it in force. */
export default function TrialPage() {
  const { t } = useWords();
  const me = useMe();
  const files = useQuery({ queryKey: ['rules', 'files'], queryFn: ({ signal }) => trials.files(signal), enabled: mayTry(me.roles), staleTime: 0 });
  if (!mayTry(me.roles)) return <Page title={t('trial.title')}><Note title={t('error.forbidden')}><p>{t('trial.forWhom')}</p></Note></Page>;
  if (files.isPending) return <Loading />;
  if (!files.data) return <Trouble error={files.error} retry={() => void files.refetch()} />;
  return <Bench inForce={files.data.files} fingerprint={files.data.fingerprint} refresh={() => void files.refetch()} />;
}

function Bench({ inForce, fingerprint, refresh }: { inForce: readonly PackText[]; fingerprint: string; refresh: () => void }) {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const [drafts, setDrafts] = useState<Record<string, string>>(keptDrafts);
  const rule = search.get('rule') ?? '';
  const start = useMemo(() => inForce.find((f) => rule && lineOfRule(f.text, rule) > 0)?.file ?? changesOf(inForce, keptDrafts())[0]?.file ?? inForce[0]?.file ?? 'new.yaml', [inForce, rule]);
  const [file, setFile] = useState(start);
  const [caret, setCaret] = useState<Caret | null>(null);
  useEffect(() => {
    const text = drafts[start] ?? inForce.find((f) => f.file === start)?.text ?? '';
    if (rule) setCaret((c) => ({ line: lineOfRule(text, rule), column: 1, turn: (c?.turn ?? 0) + 1 }));
    // Only where one comes from decides where one begins.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [start, rule]);
  useEffect(() => keepDrafts(drafts), [drafts]);

  const before = inForce.find((f) => f.file === file)?.text ?? '';
  const text = drafts[file] ?? before;
  const changes = useMemo(() => changesOf(inForce, drafts), [inForce, drafts]);
  const { faults, pending, fingerprint: tried } = useCheck(changes);
  const here = faults.filter((f) => f.file === file);
  const names = [...new Set([...inForce.map((f) => f.file), ...Object.keys(drafts)])].sort();
  const moved = lineChanges(before, text);

  const id = search.get('trial');
  const job = useQuery({
    queryKey: ['trial', id], queryFn: ({ signal }) => trials.one(id!, signal), enabled: id !== null,
    refetchInterval: (q) => (q.state.data && (q.state.data.state === 'Waiting' || q.state.data.state === 'Running') ? 300 : false),
  });
  const trial = id === null ? null : job.data ?? null;
  const pick = (next: string) => setSearch((s) => { s.set('trial', next); return s; });
  const promotable = trial?.state === 'Done' && trial.report?.fingerprint === fingerprint && !pending && trial.report.triedFingerprint === tried ? changes : [];

  return (
    <Page title={t('trial.title')} lead={t('trial.lead')} extra={<Link to="/rules">{t('rules.all')}</Link>}>
      <div className="trial-grid">
        <section className="box">
          <div className="trial-tools">
            <Select
              showSearch value={file} onChange={setFile} aria-label={t('trial.file')} style={{ minWidth: 240, flex: 1 }}
              options={names.map((n) => ({ value: n, label: changes.some((c) => c.file === n) ? `● ${n}` : n }))}
            />
            <span className="quiet num" style={{ whiteSpace: 'nowrap' }}>+{moved.more} −{moved.less}</span>
            <Upload
              accept=".yaml,.yml" showUploadList={false} multiple
              beforeUpload={async (given) => {
                const name = given.name.replace(/\.yml$/, '.yaml');
                const content = await given.text();
                setDrafts((d) => ({ ...d, [name]: content }));
                setFile(name);
                return Upload.LIST_IGNORE;
              }}
            ><Button>{t('trial.upload')}</Button></Upload>
            <Button disabled={text === before} onClick={() => setDrafts(({ [file]: _, ...rest }) => rest)}>{t('trial.revert')}</Button>
          </div>
          <Editor key={file} text={text} faults={here} caret={caret} label={file} readOnly={false} onChange={(v) => setDrafts((d) => ({ ...d, [file]: v }))} />
          <div className="trial-faults" role="status">
            {faults.length === 0 ? <p className="quiet">{changes.length === 0 ? t('trial.untouched') : pending ? t('trial.checking') : t('trial.sound')}</p> : (
              <ol>
                {faults.slice(0, 50).map((f, n) => (
                  <li key={n}>
                    <button type="button" onClick={() => { if (f.file) setFile(f.file); setTimeout(() => setCaret((c) => ({ line: f.line, column: f.column, turn: (c?.turn ?? 0) + 1 })), 0); }}>
                      <span className="mono">{f.file}:{f.line}:{f.column}</span> {f.text}
                    </button>
                  </li>
                ))}
              </ol>
            )}
          </div>
        </section>
        <Runner files={changes} blocked={faults.length > 0 || pending} trial={trial} onStart={(made) => pick(made.id)} onPick={pick} />
      </div>
      {trial?.report ? (
        <>
          <div className="trial-promote">
            <Promote files={promotable} fingerprint={fingerprint} onDone={() => { setDrafts({}); refresh(); }} />
            <span className="quiet">{trial.report.fingerprint !== fingerprint ? t('trial.outdated') : changes.length === 0 ? t('trial.nothingToPromote') : promotable.length === 0 ? t('trial.otherText') : t('trial.ready')}</span>
          </div>
          <Comparison of={trial.report} />
        </>
      ) : null}
    </Page>
  );
}

const pause = 500;

/** Asks the hub what is wrong with the files, a moment after the last key. */
function useCheck(changes: readonly PackText[]) {
  const [asked, setAsked] = useState(changes);
  useEffect(() => {
    const wait = setTimeout(() => setAsked(changes), pause);
    return () => clearTimeout(wait);
  }, [changes]);
  const check = useQuery({
    queryKey: ['rules', 'check', asked], queryFn: () => trials.check(asked), enabled: asked.length > 0, gcTime: 10_000,
  });
  const faults = useMemo(() => (asked.length === 0 ? [] : (check.data?.faults ?? []).map(readFault)), [asked, check.data]);
  return { faults, pending: asked !== changes || (asked.length > 0 && !check.data), fingerprint: check.data?.fingerprint ?? '' };
}
