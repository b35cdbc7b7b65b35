import { Button } from '@mantine/core';
import { IconAddressBook, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../api/pay';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { Answer, Empty } from '../ui/answer';
import { number } from '../ui/format';
import { Page } from '../ui/page';
import { type Column, DataTable } from '../ui/table';
import { plansQuery } from './queries';

/** Every pay plan, with the version in force. */
export function Plans() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { clientId } = useClientChoice();
  const navigate = useNavigate();
  const query = useQuery(plansQuery(clientId));
  const button = can('plans.write') ? <Button leftSection={<IconPlus size={16} />} onClick={() => void navigate({ to: '/plans/new' })}>{t('plans.new')}</Button> : undefined;
  const inForce = (plan: Plan) => {
    const version = plan.versions.find((v) => v.approvedAt);
    return version ? t('plans.version', { n: version.version }) : t('plans.none');
  };
  const columns: Column<Plan>[] = [
    { id: 'name', header: t('plans.col.name'), sort: (p) => p.name, cell: (p) => p.name },
    { id: 'inForce', header: t('plans.col.inForce'), cell: inForce },
    { id: 'waiting', header: t('plans.col.waiting'), cell: (p) => (p.versions[0] && !p.versions[0].approvedAt ? t('plans.version', { n: p.versions[0].version }) : '–') },
    { id: 'versions', header: t('plans.col.versions'), cell: (p) => number(p.versions.length), right: true },
  ];
  return (
    <Page title={t('plans.title')} lead={t('plans.lead')} actions={button}>
      <Answer query={query}>
        {(data) => data.items.length === 0
          ? <Empty icon={<IconAddressBook size={32} />} title={t('plans.emptyTitle')} action={button}>{t('plans.empty')}</Empty>
          : <DataTable label={t('plans.title')} columns={columns} rows={data.items} rowKey={(p) => p.id} onOpen={(p) => navigate({ to: '/plans/$planId', params: { planId: String(p.id) } })} />}
      </Answer>
    </Page>
  );
}
