import { theme } from 'antd';
import type { ThemeConfig } from 'antd';
import type { Mode } from './mode';
import { paletteOf } from './palette';

export const fonts = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, -apple-system, "Segoe UI", sans-serif';

/** Ant Design in our colours: flat, hairline borders, small radii, one accent. */
export function antdTheme(mode: Mode, still: boolean): ThemeConfig {
  const p = paletteOf(mode);
  return {
    algorithm: mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: p.accent, colorInfo: p.accent, colorLink: p.accent, colorError: p.severity.P1, colorWarning: p.severity.P2,
      colorBgBase: p.ground, colorBgLayout: p.ground, colorBgContainer: p.panel, colorBgElevated: p.raised, colorTextBase: p.ink,
      colorText: p.ink, colorTextSecondary: p.ink2, colorTextTertiary: p.ink3, colorTextDescription: p.ink2, colorTextPlaceholder: p.ink3,
      colorBorder: p.line, colorBorderSecondary: p.line, colorSplit: p.line,
      borderRadius: 3, fontFamily: fonts, fontSize: 14, wireframe: false, motion: !still, boxShadow: 'none', boxShadowSecondary: '0 8px 28px rgba(0,0,0,.28)',
    },
    components: {
      Table: { headerBg: 'transparent', headerColor: p.ink2, headerSplitColor: 'transparent', cellPaddingBlock: 10, rowHoverBg: p.raised },
      Button: { primaryShadow: 'none', defaultShadow: 'none', primaryColor: mode === 'dark' ? '#06231c' : '#ffffff' },
      Card: { headerBg: 'transparent' },
    },
  };
}
