/** One row of `GET reports/monthly?month=2026-11`. */
export interface ReportRow {
  /** Code of the grid, id of the type, or name of the unit. */
  key: string;
  titleZh: string;
  titleEn: string;
  /** Parent grid, empty at the top. */
  parent: string;
  dedicated: boolean;
  reported: number;
  filed: number;
  dispatched: number;
  returned: number;
  handled: number;
  reworked: number;
  closed: number;
  closedInTime: number;
  due: number;
  overdue: number;
  recurred: number;
}

export interface MonthlyReport {
  month: string;
  total: ReportRow;
  byGrid: ReportRow[];
  byType: ReportRow[];
  byUnit: ReportRow[];
  byRule: ReportRow[];
  asOf: string;
}
