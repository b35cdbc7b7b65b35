import { Box, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { abandonLimit } from '../app/pulse';
import { percent } from '../ui/format';

/** How much of the width the limit's mark stands at: the gauge ends at twice the limit. */
const scale = abandonLimit * 2;

export function gaugeTone(rate: number): 'green' | 'amber' | 'red' {
  if (rate > abandonLimit) return 'red';
  return rate > abandonLimit * 0.75 ? 'amber' : 'green';
}

/** The abandon rate against its limit: a bar, a mark, and both in figures. */
export function Gauge({ rate, label }: { rate: number; label: string }) {
  const { t } = useTranslation();
  const limit = percent(abandonLimit, 0);
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">{label}</Text>
        <Text size="sm" className="tabular" fw={600} c={`var(--sl-${gaugeTone(rate)})`}>{percent(rate)} <Text span size="xs" c="dimmed" fw={400}>{t('floor.limit', { limit })}</Text></Text>
      </Group>
      <Box
        className="gauge" role="meter" aria-label={t('floor.gauge', { rate: percent(rate), limit })}
        aria-valuemin={0} aria-valuemax={scale * 100} aria-valuenow={Math.min(rate, scale) * 100}
      >
        <Box className="gauge-fill" data-tone={gaugeTone(rate)} style={{ width: `${Math.min(1, rate / scale) * 100}%` }} />
        <Box className="gauge-mark" style={{ left: `${(abandonLimit / scale) * 100}%` }} />
      </Box>
    </div>
  );
}
