import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { money } from '../ui/format';
import { Panel } from '../ui/page';
import { myPayQuery } from './queries';
import { LinkText } from '../ui/link';

/** What I have earned so far, beside the work that earns it. */
export function MyPayPanel() {
  const { t } = useTranslation();
  const query = useQuery(myPayQuery);
  return (
    <Panel title={t('desk.pay')} actions={<LinkText to="/my-pay" size="xs">{t('desk.openPay')}</LinkText>}>
      <Answer query={query} rows={2}>
        {(pay) => (
          <div data-testid="my-pay">
            <Facts items={[
              { label: t('desk.pending'), value: money(pay.advance) },
              { label: t('desk.earned'), value: money(pay.earned) },
              { label: t('desk.paid'), value: money(pay.paid) },
            ]}
            />
          </div>
        )}
      </Answer>
    </Panel>
  );
}
