import { Anchor, Button, Code, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, post } from '../api/http';
import { meQuery, useSession } from '../app/session';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Page, Panel } from '../ui/page';
import { Password } from '../ui/password';
import { Notice } from '../ui/notice';
import { Shortcuts } from './shortcuts';

export function Account() {
  const { t } = useTranslation();
  const { me } = useSession();
  return (
    <Page title={t('account.title')} lead={t('account.lead')}>
      <Stack>
        {me.mustChange && <Notice tone="amber">{t('account.mustChange')}</Notice>}
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <ChangePassword />
          <SecondStep on={me.totp ?? false} />
          <Shortcuts />
        </SimpleGrid>
      </Stack>
    </Page>
  );
}

function ChangePassword() {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { current: '', next: '' } });
  const change = useAct((v: typeof form.values) => post('/v1/me/password', v), {
    quiet: true, done: t('account.changed'), renew: [[...meQuery.queryKey]], after: () => form.reset(),
  });
  const submit = form.onSubmit((values) => {
    setFault('');
    change.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
  });
  return (
    <Panel title={t('account.change')}>
      <form onSubmit={submit}>
        <Stack>
          <FormAlert message={fault} />
          <Password label={t('account.current')} autoComplete="current-password" required {...form.getInputProps('current')} />
          <Password label={t('account.next')} description={t('account.nextHint')} autoComplete="new-password" required {...form.getInputProps('next')} />
          <Button type="submit" w="fit-content" loading={change.isPending}>{t('account.change')}</Button>
        </Stack>
      </form>
    </Panel>
  );
}

function SecondStep({ on }: { on: boolean }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const renew = [[...meQuery.queryKey]];
  const start = useAct(() => post<{ secret: string; url: string }>('/v1/me/totp'));
  const confirm = useAct(() => post('/v1/me/totp/confirm', { code }), { renew, done: t('account.on'), after: () => start.reset() });
  const off = useAct(() => del('/v1/me/totp', { body: { password } }), { renew, done: t('account.off'), after: () => setPassword('') });
  return (
    <Panel title={t('account.second')}>
      <Stack>
        <Text size="sm" c="dimmed">{on ? t('account.on') : t('account.secondLead')}</Text>
        {!on && !start.data && <Button w="fit-content" variant="default" onClick={() => start.mutate(undefined)} loading={start.isPending}>{t('account.start')}</Button>}
        {!on && start.data && (
          <form onSubmit={(event) => {
            event.preventDefault();
            confirm.mutate(undefined);
          }}
          >
            <Stack>
              <Text size="sm">{t('account.secret')}</Text>
              <Code block>{start.data.secret}</Code>
              <Anchor href={start.data.url} size="sm">{t('account.open')}</Anchor>
              <TextInput label={t('account.code')} inputMode="numeric" autoComplete="one-time-code" value={code} required onChange={(event) => setCode(event.currentTarget.value)} />
              <Button type="submit" w="fit-content" loading={confirm.isPending}>{t('account.confirm')}</Button>
            </Stack>
          </form>
        )}
        {on && (
          <Group align="flex-end">
            <Password label={t('account.current')} value={password} onChange={(event) => setPassword(event.currentTarget.value)} flex={1} />
            <Button variant="default" disabled={password === ''} onClick={() => off.mutate(undefined)}>{t('account.turnOff')}</Button>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
