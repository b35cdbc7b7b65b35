import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import { useAct } from '../ui/act';
import { Answer, Failed } from '../ui/answer';
import { Notice } from '../ui/notice';
import { Panel } from '../ui/page';
import { Key } from './key';

interface VerifyProps {
  callId: number;
  clientId: number;
}

interface Question {
  code: string;
  prompt: string;
}

/** The client's questions to the person on the line; until every answer is right, the account stays closed. */
export function Verify({ callId, clientId }: VerifyProps) {
  const { t } = useTranslation();
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const query = useQuery({ queryKey: ['questions', clientId], queryFn: () => get<{ questions: Question[] }>('/v1/verification/questions', { clientId }) });
  const check = useAct(() => post<{ verified: boolean; triesLeft: number }>(`/v1/calls/${callId}/verification`, { answers }), {
    quiet: true, renew: [['desk'], ['offers', 'call', callId], ['save-desk', callId], ['customers']],
  });
  return (
    <Panel title={t('verify.title')} actions={<Key name="V" />}>
      <Answer query={query} rows={2}>
        {({ questions }) => (
          <form onSubmit={(event) => {
            event.preventDefault();
            check.mutate(undefined);
          }}
          >
            <Stack gap="sm">
              <Text size="sm" c="dimmed">{t('verify.lead')}</Text>
              {questions.map((q) => <TextInput key={q.code} data-verify size="sm" label={q.prompt} required maxLength={200} autoComplete="off" value={answers[q.code] ?? ''} onChange={(event) => setAnswers({ ...answers, [q.code]: event.currentTarget.value })} />)}
              {check.data && !check.data.verified && <Notice tone="red" urgent>{t('verify.wrong', { count: check.data.triesLeft })}</Notice>}
              {check.isError && <Failed error={check.error} />}
              <Button type="submit" w="fit-content" size="sm" loading={check.isPending}>{t('verify.check')}</Button>
            </Stack>
          </form>
        )}
      </Answer>
    </Panel>
  );
}
