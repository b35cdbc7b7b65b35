import { Button, Group, Modal, Switch, Text } from '@mantine/core';
import { IconGift, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Purpose } from '../api/campaigns';
import type { Offer } from '../api/desk';
import { get, post } from '../api/http';
import type { List } from '../api/types';
import { useClientChoice } from '../app/client-choice';
import { useAct } from '../ui/act';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { money } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { offerKind, outcome } from '../ui/words';
import { OfferForm } from './offer-form';

type Editing = Offer | 'new' | null;

/** What agents may offer. */
export function Offers() {
  const { t } = useTranslation();
  const { clientId } = useClientChoice();
  const [retired, setRetired] = useState(false);
  const [editing, edit] = useState<Editing>(null);
  const [leaving, leave] = useState<Offer | null>(null);
  const query = useQuery({ queryKey: ['offers', { retired, clientId }], queryFn: () => get<List<Offer>>('/v1/offers', { retired: retired || undefined, clientId, size: 200 }) });
  const retire = useAct((offer: Offer) => post(`/v1/offers/${offer.id}/retire`), { renew: [['offers']], after: () => leave(null) });
  const button = <Button leftSection={<IconPlus size={16} />} onClick={() => edit('new')}>{t('offers.new')}</Button>;
  const columns: Column<Offer>[] = [
    { id: 'rank', header: t('offers.col.rank'), sort: (o) => o.rank, cell: (o) => o.rank, right: true },
    { id: 'name', wraps: true, header: t('offers.col.name'), sort: (o) => o.name, cell: (o) => <>{o.name} {o.retiredAt && <Badge tone="grey">{t('offers.retired')}</Badge>}<Text size="xs" c="dimmed">{o.code}</Text></> },
    { id: 'kind', header: t('offers.col.kind'), sort: (o) => o.kind, cell: (o) => offerKind(t, o.kind), wideOnly: true },
    { id: 'result', header: t('offers.col.result'), sort: (o) => o.result, cell: (o) => outcome(t, o.result) },
    { id: 'value', header: t('offers.col.value'), sort: (o) => Number(o.value.amount), cell: (o) => money(o.value), right: true },
    { id: 'cost', header: t('offers.col.cost'), sort: (o) => Number(o.cost.amount), cell: (o) => money(o.cost), right: true, wideOnly: true },
    { id: 'purposes', wraps: true, header: t('offers.col.purposes'), cell: (o) => o.purposes.map((p) => t(`campaigns.purpose.${p as Purpose}`)).join(', '), wideOnly: true },
    { id: 'version', header: t('offers.col.version'), cell: (o) => o.version, right: true, wideOnly: true },
    {
      id: 'acts', header: t('offers.edit'), cell: (o) => !o.retiredAt && (
        <Group gap={6} wrap="nowrap">
          <Button size="compact-xs" variant="default" onClick={() => edit(o)} aria-label={`${t('offers.edit')} ${o.name}`}>{t('offers.edit')}</Button>
          <Button size="compact-xs" variant="default" onClick={() => leave(o)} aria-label={`${t('offers.retire')} ${o.name}`}>{t('offers.retire')}</Button>
        </Group>
      ),
    },
  ];
  return (
    <Page title={t('offers.title')} lead={t('offers.lead')} actions={button}>
      <Switch mb="sm" label={t('offers.showRetired')} checked={retired} onChange={(event) => setRetired(event.currentTarget.checked)} />
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconGift size={32} />} title={t('offers.emptyTitle')} action={button}>{t('offers.empty')}</Empty>
          : <DataTable label={t('offers.title')} columns={columns} rows={data.items} rowKey={(o) => o.id} />}
      </Answer>
      <Modal opened={editing !== null} onClose={() => edit(null)} size="xl" title={editing === 'new' || editing === null ? t('offers.new') : editing.name} closeButtonProps={{ 'aria-label': t('close') }}>
        {editing !== null && <OfferForm offer={editing === 'new' ? null : editing} onDone={() => edit(null)} />}
      </Modal>
      {leaving && (
        <Confirm
          opened danger title={t('offers.retireTitle', { name: leaving.name })} effect={t('offers.retireEffect')} act={t('offers.retire')} busy={retire.isPending}
          onClose={() => leave(null)} onConfirm={() => retire.mutate(leaving)}
        />
      )}
    </Page>
  );
}
