import { Checkbox, NumberInput, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RetryRule } from '../api/campaigns';

export const retried = ['busy', 'no_answer', 'unavailable', 'congestion', 'trunk_failure', 'cancelled', 'lost', 'unknown', 'abandoned', 'skipped'] as const;

export const defaultRetry: Record<string, RetryRule> = {
  busy: { afterMinutes: 15, max: 4 }, no_answer: { afterMinutes: 120, max: 4 }, unavailable: { afterMinutes: 240, max: 3 },
  congestion: { afterMinutes: 10, max: 4 }, trunk_failure: { afterMinutes: 15, max: 4 }, cancelled: { afterMinutes: 15, max: 4 },
  lost: { afterMinutes: 120, max: 2 }, unknown: { afterMinutes: 120, max: 2 }, abandoned: { afterMinutes: 4320, max: 2 },
  skipped: { afterMinutes: 30, max: 10 },
};

type Rules = Record<string, RetryRule>;

/** The rules with one added, changed, or (undefined) left out. */
export function withRule(rules: Rules, disposition: string, rule: RetryRule | undefined): Rules {
  const others = Object.fromEntries(Object.entries(rules).filter(([name]) => name !== disposition));
  return rule === undefined ? others : { ...others, [disposition]: rule };
}

/** What follows a call that reached nobody, one row for each way a call can end. */
export function Retry({ value, onChange }: { value: Rules; onChange: (rules: Rules) => void }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={0} type="native" scrollAreaProps={{ tabIndex: 0, role: 'region', 'aria-label': t('campaigns.form.retry') }}>
      <Table className="data-table" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('campaigns.form.retry')}</Table.Th>
            <Table.Th>{t('campaigns.form.after')}</Table.Th>
            <Table.Th>{t('campaigns.form.max')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {retried.map((name) => {
            const rule = value[name];
            const label = t(`code.disposition.${name}`);
            return (
              <Table.Tr key={name}>
                <Table.Td>
                  <Checkbox label={label} checked={rule !== undefined} onChange={() => onChange(withRule(value, name, rule ? undefined : defaultRetry[name]))} />
                </Table.Td>
                <Table.Td>
                  <NumberInput
                    size="xs" w={110} min={1} disabled={!rule} value={rule?.afterMinutes ?? ''} aria-label={`${label}: ${t('campaigns.form.after')}`}
                    onChange={(minutes) => rule && onChange(withRule(value, name, { ...rule, afterMinutes: Number(minutes) }))}
                  />
                </Table.Td>
                <Table.Td>
                  <NumberInput
                    size="xs" w={90} min={1} disabled={!rule} value={rule?.max ?? ''} aria-label={`${label}: ${t('campaigns.form.max')}`}
                    onChange={(max) => rule && onChange(withRule(value, name, { ...rule, max: Number(max) }))}
                  />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
