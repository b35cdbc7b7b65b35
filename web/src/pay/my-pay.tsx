import { Stack } from '@mantine/core';
import { IconCoin } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { myPayQuery } from '../desk/queries';
import { Answer, Empty } from '../ui/answer';
import { Figures } from '../ui/facts';
import { day, lastDay, money } from '../ui/format';
import { LinkText } from '../ui/link';
import { Page, Panel } from '../ui/page';
import { Held } from './held';
import { Lines } from './lines';
import { MyDisputes, MyStatements, Notices } from './mine';
import { AtRisk, WhatIf } from './what-if';

/** An agent's own pay, line by line. */
export function MyPayPage() {
  const { t } = useTranslation();
  const query = useQuery(myPayQuery);
  return (
    <Page title={t('pay.mine.title')} lead={t('pay.mine.lead')} actions={<LinkText to="/my-plan" size="sm">{t('mine.plan')}</LinkText>}>
      <Answer query={query}>
        {(pay) => (
          <Stack>
            <Panel title={t('pay.mine.period', { from: day(pay.period.startsOn), to: lastDay(pay.period.endsOn) })}>
              <Figures items={[
                { label: t('pay.mine.pending'), value: money(pay.pending) },
                { label: t('pay.mine.advance'), value: money(pay.advance) },
                { label: t('pay.mine.earned'), value: money(pay.earned) },
                { label: t('pay.mine.paid'), value: money(pay.paid) },
                ...(Number(pay.owed.amount) === 0 ? [] : [{ label: t('mine.owed'), value: money(pay.owed) }]),
                ...(Number(pay.reserve.amount) === 0 ? [] : [{ label: t('mine.reserve'), value: money(pay.reserve) }]),
              ]}
              />
            </Panel>
            <Held path="/v1/my/held" lead={t('gaming.heldLead')} />
            <Notices unread={pay.notices} />
            {pay.lines.length === 0
              ? <Empty icon={<IconCoin size={32} />} title={t('pay.mine.emptyTitle')}>{t('pay.mine.empty')}</Empty>
              : <Panel title={t('pay.mine.lines')}><Lines lines={pay.lines} /></Panel>}
            <AtRisk pay={pay} />
            <WhatIf currency={pay.currency} />
            <MyStatements />
            <MyDisputes />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
