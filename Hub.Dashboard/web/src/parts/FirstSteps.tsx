import { useWords } from '../i18n';
import { Note } from './states';

const add = 'hub device add my-smoke-1 --kind smokeAlarm --place demo/estate-1/building-01/stairwell-1';
const topic = 'hub/v1/my-smoke-1/event';

/** For a hub that knows no device yet: what to do next, word for word. */
export function FirstSteps() {
  const { t } = useWords();
  return (
    <Note title={t('first.title')}>
      <p>{t('first.lead')}</p>
      <ol>
        <li><div>{t('first.register')}<pre>{add}</pre></div></li>
        <li><div>{t('first.publish')}<pre>{`mosquitto_pub -h ${location.hostname || '127.0.0.1'} -p 1883 -u my-smoke-1 -P '…' -q 1 \\\n  -t ${topic} -m '{"type":"smoke"}'`}</pre></div></li>
        <li><div>{t('first.look')}</div></li>
      </ol>
      <p>{t('first.demo')}</p>
      <pre>hub demo</pre>
    </Note>
  );
}
