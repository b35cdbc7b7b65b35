import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { number } from '../ui/format';
import { Panel } from '../ui/page';
import type { SaveRow } from './api';
import './saves.css';

const shades = ['gross', 'net30', 'net60', 'net90'] as const;

/** Bars of gross and net by month on one scale that begins at nothing. What cannot be measured yet has no bar and says so. */
export function CohortChart({ rows }: { rows: SaveRow[] }) {
  const { t } = useTranslation();
  const values = (row: SaveRow) => [row.grossPercent, ...row.net.map((stage) => (stage.isMature ? stage.netPercent : null))];
  const top = Math.max(1, ...rows.flatMap(values).map((value) => value ?? 0));
  return (
    <Panel title={t('saves.chart')}>
      <Text size="sm" c="dimmed" mb="sm">{t('saves.chartHint')}</Text>
      <div className="cohorts">
        {rows.map((row) => (
          <section key={row.key} aria-label={row.key}>
            <Text size="sm" fw={600}>{row.key}</Text>
            {values(row).map((value, i) => {
              const shade = shades[i] ?? 'net90';
              return (
                <div key={shade} className="cohort-line">
                  <span className="cohort-name">{t(`saves.col.${shade}`)}</span>
                  <span className="cohort-track" aria-hidden="true">{value !== null && <span className="cohort-bar" data-shade={shade} style={{ width: `${(100 * value) / top}%` }} />}</span>
                  <span className="cohort-value">{value === null ? t('saves.young') : t('saves.of', { percent: number(Math.round(value * 10) / 10) })}</span>
                </div>
              );
            })}
          </section>
        ))}
      </div>
    </Panel>
  );
}
