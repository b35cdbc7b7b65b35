import { Box, Button, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { LinkView } from '../api/save';
import { isLanguage, speak } from '../locales';
import { Notice } from '../ui/notice';

/** The customer's own page: what they agreed to, and two answers. It needs no sign-in; the link is good once. */
export function ConfirmPage() {
  const { t } = useTranslation();
  const { token } = useParams({ from: '/confirm/$token' });
  const { data, isError } = useQuery({ queryKey: ['confirm', token], queryFn: () => get<LinkView>(`/v1/confirm/${token}`), retry: false });
  useEffect(() => {
    document.title = t('confirm.title');
  }, [t]);
  useEffect(() => {
    if (data && isLanguage(data.language)) void speak(data.language);
  }, [data]);
  return (
    <Box component="main" maw={520} mx="auto" p="lg">
      <Title order={1} size="h3" mb="md">{t('confirm.title')}</Title>
      {isError && <Notice tone="grey">{t('confirm.gone')}</Notice>}
      {data && <Loaded view={data} token={token} />}
    </Box>
  );
}

function Loaded({ view, token }: { view: LinkView; token: string }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const answer = useMutation({ mutationFn: (say: 'confirm' | 'wrong') => post<LinkView>(`/v1/confirm/${token}`, { answer: say, ...(words ? { words } : {}) }) });
  const said = answer.data?.answer ?? view.answer;
  if (said === 'replaced') return <Notice tone="grey">{t('confirm.replaced')}</Notice>;
  if (said) return <Notice tone="green" urgent>{t('confirm.thanks')}</Notice>;
  const asks = view.purpose === 'agree';
  return (
    <Stack>
      <Text>{asks ? t('confirm.agree', { company: view.company }) : t('confirm.noticeText', { company: view.company })}</Text>
      <Text fw={600} size="lg">{view.offer}</Text>
      <Textarea label={t('confirm.words')} value={words} maxLength={1000} autosize minRows={2} onChange={(event) => setWords(event.currentTarget.value)} />
      {answer.isError && <Notice tone="red" urgent>{answer.error.message}</Notice>}
      <Group grow>
        <Button loading={answer.isPending} onClick={() => answer.mutate('confirm')}>{asks ? t('confirm.confirm') : t('confirm.right')}</Button>
        <Button variant="default" onClick={() => answer.mutate('wrong')}>{t('confirm.wrong')}</Button>
      </Group>
      {asks && <Text size="sm" c="dimmed">{t('confirm.leave')}</Text>}
    </Stack>
  );
}
