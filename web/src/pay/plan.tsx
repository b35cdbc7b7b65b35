import { Button, Group, List, SimpleGrid, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { Plan, PlanComponent, PlanTerms, PlanVersion } from '../api/pay';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { Badge } from '../ui/badge';
import { Confirm } from '../ui/confirm';
import { dateTime, money, number } from '../ui/format';
import { LinkButton, LinkText } from '../ui/link';
import { Notice } from '../ui/notice';
import { Page, Panel } from '../ui/page';
import { outcome } from '../ui/words';
import { Assignments } from './assignments';
import { Compared, Signers, VersionText } from './plan-versions';
import { planQuery } from './queries';
import { monthsOf, share, signed } from './simulation-parts';

/** One plan: its versions, who approved them, and who is on it. */
export function PlanPage() {
  const { planId } = useParams({ from: '/house/plans/$planId' });
  const query = useQuery(planQuery(planId));
  return <Answer query={query}>{(plan) => <Loaded plan={plan} />}</Answer>;
}

function Loaded({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const navigate = useNavigate();
  const edit = () => void navigate({ to: '/plans/$planId/edit', params: { planId: String(plan.id) } });
  return (
    <Page title={plan.name} lead={t('plans.lead')} actions={(
        <>
          <LinkButton to="/plans/$planId/simulations" params={{ planId: String(plan.id) }} variant="default">{t('simulate.list')}</LinkButton>
          {can('plans.write') && <Button onClick={edit}>{t('planner.edit')}</Button>}
        </>
      )}
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack>
          {plan.versions.map((version) => <Version key={version.id} version={version} />)}
          <Compared plan={plan} />
        </Stack>
        <Stack>
          <Assignments plan={plan} />
          <Signers plan={plan} />
        </Stack>
      </SimpleGrid>
    </Page>
  );
}

function Version({ version }: { version: PlanVersion }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [asking, { open, close }] = useDisclosure(false);
  const approve = useAct(() => post(`/v1/plan-versions/${version.id}/approve`), { renew: [['plans']], done: t('plans.approvedToast'), after: close });
  const badge = version.approvedAt
    ? <Badge tone="green">{t('plans.approved', { name: version.approver ?? '' })}</Badge>
    : <Badge tone="amber">{t('plans.waiting')}</Badge>;
  return (
    <Panel title={t('plans.version', { n: version.version })} actions={badge}>
      {version.terms.components.length > 0 && <Terms terms={version.terms} />}
      <VersionText text={version.text} n={version.version} />
      {!version.approvedAt && <Simulated version={version} />}
      <Group justify="space-between" mt="sm">
        <Text size="xs" c="dimmed">{t('plans.author', { name: version.author, when: dateTime(version.createdAt) })}</Text>
        {!version.approvedAt && can('plans.approve') && <Button size="xs" onClick={open}>{t('plans.approve')}</Button>}
      </Group>
      <Confirm
        opened={asking} title={t('plans.approveTitle', { n: version.version })} effect={t('plans.approveEffect')} act={t('plans.approve')} busy={approve.isPending}
        onClose={close} onConfirm={() => approve.mutate(undefined)}
      />
    </Panel>
  );
}

/** What whoever approves has to know: the newest simulation of this very text, or that there is none. */
function Simulated({ version }: { version: PlanVersion }) {
  const { t } = useTranslation();
  const m = version.simulation;
  if (!m?.summary) {
    return (
      <Notice tone="amber">
        <Text size="sm">{t('simulate.none')}</Text>
        <LinkText to="/plans/$planId/simulations" params={{ planId: String(version.planId) }} size="sm" underline="always">{t('simulate.button')}</LinkText>
      </Notice>
    );
  }
  const cost = m.summary.totals.map((one) => `${signed(one.difference)} (${share(one)})`).join(', ') || '–';
  return (
    <Notice tone={m.current ? 'grey' : 'amber'}>
      <Text size="sm">{t('simulate.newest', { months: monthsOf(m), winners: number(m.summary.winners), losers: number(m.summary.losers), cost })}</Text>
      {!m.current && <Text size="sm">{t('simulate.outOfDate')}</Text>}
      <LinkText to="/plan-simulations/$simulationId" params={{ simulationId: String(m.id) }} size="sm" underline="always">{t('simulate.see')}</LinkText>
    </Notice>
  );
}

/** A plan in sentences, as the people on it read it. */
function Terms({ terms }: { terms: PlanTerms }) {
  const { t } = useTranslation();
  const sentence = (component: PlanComponent) => {
    const result = outcome(t, component.result);
    if (component.type === 'percent') return t('plans.percent', { rate: component.rate ?? '', result });
    return t('plans.perUnit', { amount: money({ amount: component.amount ?? '0', currency: terms.currency }), result });
  };
  return (
    <List size="sm" spacing={4}>
      {terms.components.map((component) => <List.Item key={component.id}>{sentence(component)}</List.Item>)}
      <List.Item>{t('plans.hold', { count: terms.holdDays })}</List.Item>
    </List>
  );
}
