import i18next from 'i18next';
import { useWords } from '../i18n';
import { Note } from './states';

const add = 'hub device add my-smoke-1 --kind smokeAlarm --place demo/estate-1/building-01/stairwell-1 --password smoke-secret';
const publish = (host: string) => `mosquitto_pub -h ${host} -p 1883 -u my-smoke-1 -P smoke-secret -q 1 \\\n  -t hub/v1/my-smoke-1/event -m '{"type":"smoke"}'`;

/** For a hub that knows no device yet: what to do next, word for word, in both languages at once. */
export function FirstSteps() {
  return (
    <Note title={<Both of="first.title" />} wide>
      <p><Both of="first.lead" /></p>
      <ol>
        <li><div><Both of="first.register" /><pre tabIndex={0}>{add}</pre></div></li>
        <li><div><Both of="first.publish" /><pre tabIndex={0}>{publish(location.hostname || '127.0.0.1')}</pre></div></li>
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
