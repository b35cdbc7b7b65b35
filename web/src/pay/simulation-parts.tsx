import { Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { SimulatedTotal, SimulationHead } from '../api/plans';
import type { Money } from '../api/types';
import { Badge, type Tone } from '../ui/badge';
import { money } from '../ui/format';
import { monthAfter, monthName } from './months';

/** An amount with its sign, for what has changed. */
export const signed = (amount: Money): string => (/^-|^0*\.?0*$/.test(amount.amount) ? money(amount) : `+${money(amount)}`);

/** The change in percent, as the server rounded it. */
export const share = (total: SimulatedTotal): string => (total.percent === undefined ? '–' : `${total.percent.startsWith('-') ? total.percent.replace('-', '−') : `+${total.percent}`} %`);

/** The months of a simulation: one, or the first and the last. */
export function monthsOf({ from, until }: Pick<SimulationHead, 'from' | 'until'>): string {
  const last = new Date(Date.parse(`${until}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return monthAfter(from) === until ? monthName(from) : `${monthName(from)} – ${monthName(last)}`;
}

const tones: Record<string, Tone> = { done: 'green', failed: 'red' };

export function stateText(t: TFunction, state: string): string {
  return state === 'done' || state === 'failed' || state === 'running' ? t(`simulate.state.${state}`) : t('simulate.state.queued');
}

export function SimulationBadge({ state }: { state: string }) {
  const { t } = useTranslation();
  return <Badge tone={tones[state] ?? 'blue'}>{stateText(t, state)}</Badge>;
}

/** Old and new under each other on one scale, for each of some things. */
export function TwoBars({ items }: { items: { name: string; total: SimulatedTotal }[] }) {
  const { t } = useTranslation();
  const size = (amount: Money) => Math.abs(Number(amount.amount)); // widths only: no amount is computed here
  const top = Math.max(1e-9, ...items.flatMap(({ total }) => [size(total.old), size(total.new)]));
  return (
    <div className="two-bars">
      {items.map(({ name, total }) => (
        <section key={`${name} ${total.old.currency}`} aria-label={name}>
          <Text size="sm" fw={600}>{name}</Text>
          {(['old', 'new'] as const).map((side) => (
            <div key={side} className="two-bar">
              <span>{t(`simulate.${side}`)}</span>
              <span className="two-bar-track" aria-hidden="true"><span data-side={side} style={{ width: `${(100 * size(total[side])) / top}%` }} /></span>
              <span className="two-bar-value">{money(total[side])}</span>
            </div>
          ))}
          <Text size="xs" c="dimmed" ta="right">{`${signed(total.difference)} (${share(total)})`}</Text>
        </section>
      ))}
    </div>
  );
}
