import type { Community } from '../../api/types';
import { useWords } from '../../i18n';

interface LegendProps {
  community: Community | undefined;
  showGrids: boolean;
  onGrids: (on: boolean) => void;
}

export function Legend({ community, showGrids, onGrids }: LegendProps) {
  const { t, pick } = useWords();
  return (
    <div className="legend">
      {community && community.id !== '' && community.titleZh !== community.id ? <strong>{pick(community.titleZh, community.titleEn)}</strong> : null}
      <span><i className="dot on" />{t('plan.watched')}</span>
      <span><i className="dot off" />{t('plan.notWatched')}</span>
      <span><i className="strip" />{t('plan.lane')}</span>
      <label><input type="checkbox" checked={showGrids} onChange={(e) => onGrids(e.target.checked)} />{t('plan.grids')}</label>
    </div>
  );
}
