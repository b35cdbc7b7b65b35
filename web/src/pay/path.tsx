import { Button, Group, Stepper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/http';
import type { Run } from '../api/pay';
import { useSession } from '../app/session';
import { useAct } from '../ui/act';
import { Confirm } from '../ui/confirm';
import { dateTime, money } from '../ui/format';
import { Panel } from '../ui/page';
import { doneBy, nextStep, type Step, steps, stepsDone } from './steps';

const permissionOf = (step: Step) => (step === 'approve' ? 'pay.approve' : 'pay.run');

/** The six steps, who did each, and the button of the next one. */
export function Path({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const [asked, ask] = useState<Exclude<Step, 'calculate'> | null>(null);
  const go = useAct((step: Step) => post<Run>(`/v1/pay/runs/${run.id}/${step}`), {
    renew: [['pay']], done: (after) => t('run.done', { step: t(`runs.state.${after.state}`) }), after: () => ask(null),
  });
  const narrow = useMediaQuery('(max-width: 62rem)');
  const next = nextStep(run.state);
  const counts = { total: money(run.total), count: run.payees, id: run.id };
  const start = (step: Step) => {
    if (step === 'calculate') go.mutate(step);
    else ask(step);
  };
  const again = run.state === 'calculated' || run.state === 'reviewed';
  return (
    <Panel title={t('run.path')}>
      <Stepper active={stepsDone(run.state)} size="xs" iconSize={28} allowNextStepsSelect={false} orientation={narrow ? 'vertical' : 'horizontal'}>
        {steps.map((step) => {
          const done = doneBy(run, step);
          return (
            <Stepper.Step
              key={step} label={t(`run.step.${step}`)} allowStepSelect={false}
              description={done ? (done.who === '' ? dateTime(done.when) : t('run.by', { who: done.who, when: dateTime(done.when) })) : undefined}
            />
          );
        })}
      </Stepper>
      {next && (
        <Group mt="md" gap="sm">
          {can(permissionOf(next)) && <Button loading={go.isPending} onClick={() => start(next)}>{t(`run.step.${next}`)}</Button>}
          {again && can('pay.run') && <Button variant="default" onClick={() => start('calculate')}>{t('run.again')}</Button>}
          <Text size="sm" c="dimmed">{t(`run.hint.${next}`)} {run.blockers.length === 0 && t('run.ready')}</Text>
        </Group>
      )}
      {asked && (
        <Confirm
          opened title={t('run.confirmTitle', { step: t(`run.step.${asked}`), id: run.id })} effect={t(`run.confirm.${asked}`, counts)} act={t(`run.step.${asked}`)}
          danger={asked === 'lock'} busy={go.isPending} onClose={() => ask(null)} onConfirm={() => go.mutate(asked)}
        />
      )}
    </Panel>
  );
}
