import { useWords } from '../../i18n';
import '../../theme/device.css';

/** Never "safe": a silent device is not watched. */
export function Watched({ online }: { online: boolean }) {
  const { t } = useWords();
  return <span className={online ? 'watched' : 'watched off'}><i className={online ? 'dot on' : 'dot off'} aria-hidden="true" />{t(online ? 'plan.watched' : 'plan.notWatched')}</span>;
}
