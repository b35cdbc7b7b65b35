import { Button, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { MyPay, WhatIfAnswer } from '../api/pay';
import { useAct } from '../ui/act';
import { day, money, number } from '../ui/format';
import { Panel } from '../ui/page';
import { type Column, DataTable } from '../ui/table';

type Risk = MyPay['atRisk'][number];

/** The advance by the day until which it must last. */
export function AtRisk({ pay }: { pay: MyPay }) {
  const { t } = useTranslation();
  const columns: Column<Risk>[] = [
    { id: 'until', header: t('mine.until'), sort: (r) => r.until, cell: (r) => day(r.until) },
    { id: 'results', header: t('mine.results'), cell: (r) => number(r.results), right: true },
    { id: 'amount', header: t('mine.amount'), cell: (r) => money(r.amount), right: true },
  ];
  return (
    <Panel title={t('mine.risk')}>
      <Text size="sm" c="dimmed" mb="sm">{t('mine.riskLead')}</Text>
      {pay.atRisk.length === 0 ? <Text size="sm">{t('mine.nothing')}</Text> : <DataTable label={t('mine.risk')} columns={columns} rows={pay.atRisk} rowKey={(r) => r.until} />}
    </Panel>
  );
}

const kinds = ['save', 'sale', 'upsell', 'appointment'] as const;
const countMax = 200;

/** "Two more saves": what results that have not happened would pay. */
export function WhatIf({ currency }: { currency: string }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<string>('save');
  const [count, setCount] = useState<number | string>(2);
  const [worth, setWorth] = useState<number | string>(0);
  const ask = useAct(() => post<WhatIfAnswer>('/v1/my/pay/what-if', { results: [{ kind, count: Number(count), value: { amount: String(worth), currency } }] }));
  return (
    <Panel title={t('mine.whatIf')}>
      <Text size="sm" c="dimmed" mb="sm">{t('mine.whatIfLead')}</Text>
      <Group align="flex-end" gap="sm">
        <NativeSelect label={t('mine.kind')} value={kind} onChange={(event) => setKind(event.currentTarget.value)} data={kinds.map((k) => ({ value: k, label: t(`code.outcome.${k}`) }))} />
        <NumberInput label={t('mine.count')} value={count} onChange={setCount} min={1} max={countMax} allowDecimal={false} w={110} />
        <NumberInput label={`${t('mine.worth')} (${currency})`} value={worth} onChange={setWorth} min={0} decimalScale={2} w={160} />
        <Button variant="default" loading={ask.isPending} disabled={count === '' || worth === ''} onClick={() => ask.mutate(undefined)}>{t('mine.ask')}</Button>
      </Group>
      {ask.data && (
        <Stack gap={4} mt="sm" role="status">
          <Text>{ask.data.adds.length === 0 ? t('mine.addsNothing') : t('mine.adds', { amount: ask.data.adds.map(money).join(' + ') })}</Text>
          {ask.data.lines.map((line) => <Text key={line.component} size="sm" c="dimmed">{line.component.replaceAll('_', ' ')}: {number(line.results)} × = {money(line.amount)}</Text>)}
          {ask.data.why.map((sentence) => <Text key={sentence} size="sm" c="dimmed">{sentence}</Text>)}
        </Stack>
      )}
    </Panel>
  );
}
