import { Stack, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Statement } from '../api/pay';

const codes = [
  'eligibility', 'base', 'tier', 'product_rate', 'kickers', 'shift_premium', 'gate', 'component_cap', 'plan_cap', 'spiff', 'override', 'clawback_and_retro', 'draw_and_reserve',
  'floor_and_true_up',
] as const;

/** An operation with its place in the fixed order: "2. Base". */
export function operation(t: TFunction, code: string, step: number): string {
  const known = codes.find((one) => one === code);
  return `${step}. ${known ? t(`operations.names.${known}`) : code}`;
}

const modes = ['half_up', 'half_even', 'floor'] as const;
const scopes = ['line_telescoped', 'line', 'total'] as const;

/** The order that the lines stand in, and by which rule amounts became whole. */
export function Operations({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} mt="sm">
      <Text size="xs" c="dimmed">{`${t('operations.title')}: ${statement.order.map((code, i) => operation(t, code, i + 1)).join(', ')}`}</Text>
      {statement.roundings.map((r) => {
        const mode = modes.find((one) => one === r.mode);
        const scope = scopes.find((one) => one === r.scope);
        const said = [mode && t(`operations.modes.${mode}`), scope && t(`steps.scope_${scope}`)].filter(Boolean).join('; ');
        return <Text key={r.sha256} size="xs" c="dimmed">{t('operations.rounding', { plan: r.plan, version: r.version, rule: `${r.mode} ${r.scope}`, said })}</Text>;
      })}
    </Stack>
  );
}
