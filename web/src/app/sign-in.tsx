import { Box, Button, Center, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, Problem } from '../api/http';
import type { Me } from '../api/types';
import { useAct } from '../ui/act';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Password } from '../ui/password';
import { languages } from '../locales';
import { useLanguage } from './language';
import { homeOf, meQuery } from './session';

/** Only an address of ours may be gone to after signing in. */
export function safeNext(next: string | undefined): string | undefined {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : undefined;
}

export function SignIn() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { next } = useSearch({ from: '/sign-in' });
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { email: '', password: '', totp: '' } });
  useEffect(() => {
    document.title = `${t('session.title')} · ${t('app')}`;
  }, [t]);
  const refusal = (error: Error) => (error instanceof Problem && error.status === 401 ? t('session.wrong') : showFaults(form, error));
  const enter = useAct(
    (v: typeof form.values) => post<Me>('/v1/session', { email: v.email, password: v.password, ...(v.totp ? { totp: v.totp } : {}) }),
    {
      quiet: true,
      after: (me) => {
        queries.setQueryData(meQuery.queryKey, me);
        void navigate({ to: me.mustChange ? '/account' : (safeNext(next) ?? homeOf(me)) });
      },
    },
  );
  const submit = form.onSubmit((values) => {
    setFault('');
    enter.mutate(values, { onError: (error) => setFault(refusal(error)) });
  });
  return (
    <Center component="main" mih="100vh" p="md">
      <Box w="100%" maw={360}>
        <Stack align="center" gap={4} mb="lg">
          <img src="/favicon.svg" width={40} height={40} alt="" />
          <Title order={1} size="h3">{t('session.title')}</Title>
          <Text size="sm" c="dimmed">{next ? t('session.again') : t('session.lead')}</Text>
        </Stack>
        <Paper withBorder p="lg" radius="lg">
          <form onSubmit={submit}>
            <Stack>
              <FormAlert message={fault} />
              <TextInput label={t('session.email')} type="email" autoComplete="username" required autoFocus {...form.getInputProps('email')} />
              <Password label={t('session.password')} autoComplete="current-password" required {...form.getInputProps('password')} />
              <TextInput label={t('session.totp')} inputMode="numeric" autoComplete="one-time-code" maxLength={8} {...form.getInputProps('totp')} />
              <Button type="submit" size="md" loading={enter.isPending}>{t('session.submit')}</Button>
            </Stack>
          </form>
        </Paper>
        <LanguageRow />
      </Box>
    </Center>
  );
}

/** The languages side by side: who cannot read the page must still find theirs. */
function LanguageRow() {
  const { t } = useTranslation();
  const { language, choose } = useLanguage();
  return (
    <Group justify="center" gap={4} mt="md" role="group" aria-label={t('language')}>
      {languages.map(({ value, label }) => (
        <Button
          key={value} lang={value} variant={language === value ? 'light' : 'subtle'} color="gray" size="compact-sm"
          aria-pressed={language === value} onClick={() => choose(value)}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
