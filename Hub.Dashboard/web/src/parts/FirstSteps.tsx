import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import i18next from 'i18next';
import { useContext } from 'react';
import { hub } from '../api/hub';
import { useWords } from '../i18n';
import { SessionContext } from './session';
import { Note } from './states';

const device = 'my-smoke-1';
const place = 'home/estate-1/building-01/stairwell-1';

/** For a hub that nothing has spoken to yet: what to do next, word for word, in both languages at once. */
export function FirstSteps() {
  const { t } = useWords();
  const queries = useQueryClient();
  const maySetUp = useContext(SessionContext)?.roles.includes('Admin') ?? false;
  const register = useMutation({
    mutationFn: async () => {
      const password = newPassword();
      await hub.register([{ id: device, kind: 'smokeAlarm', place, password }]);
      return password;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['devices'] }),
  });
  const host = location.hostname || '127.0.0.1';
  const password = register.data ?? 'smoke-secret';
  return (
    <Note title={<Both of="first.title" />} wide>
      <p><Both of="first.lead" /></p>
      <ol>
        <li>
          <div>
            <Both of="first.register" />
            {maySetUp
              ? <p style={{ margin: '8px 0' }}><Button type="primary" loading={register.isPending} disabled={register.isSuccess} onClick={() => register.mutate()}>{t(register.isSuccess ? 'first.registered' : 'first.registerNow', { device })}</Button></p>
              : null}
            {register.isError ? <p className="due over" role="alert">{register.error.message}</p> : null}
            <p className="faint"><Both of="first.orByHand" /></p>
            <pre tabIndex={0}>{`hub device add ${device} --kind smokeAlarm --place ${place} --password smoke-secret`}</pre>
          </div>
        </li>
        <li><div><Both of="first.publish" /><pre tabIndex={0}>{`mosquitto_pub -h ${host} -p 1883 -u ${device} -P ${password} -q 1 \\\n  -t hub/v1/${device}/event -m '{"type":"smoke"}'`}</pre></div></li>
        <li><div><Both of="first.look" /></div></li>
      </ol>
      <p style={{ marginTop: 18 }}><Both of="first.demo" /></p>
      <pre tabIndex={0}>hub demo</pre>
    </Note>
  );
}

/** Whoever sets a hub up may not be who chose its language. */
function Both({ of: key }: { of: string }) {
  const { t, language } = useWords();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return <>{t(key)} <span className="other" lang={other}>{i18next.getFixedT(other)(key)}</span></>;
}

const newPassword = (): string => [...crypto.getRandomValues(new Uint8Array(9))].map((b) => (b % 36).toString(36)).join('');
