import { Button, Group, Modal, Stack, Tabs, Text } from '@mantine/core';
import { IconMoodSmile, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/http';
import type { Survey, SurveyAnswer } from '../api/manage';
import type { List } from '../api/types';
import { useSession } from '../app/session';
import { Answer, Empty } from '../ui/answer';
import { Badge } from '../ui/badge';
import { dateTime, number, percent } from '../ui/format';
import { LinkText } from '../ui/link';
import { Page } from '../ui/page';
import { type Column, DataTable, Pager } from '../ui/table';
import { SurveyForm } from './survey-form';

const size = 50;

/** What is asked after calls, and what people answered. */
export function Surveys() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [edited, edit] = useState<Survey | 'new' | null>(null);
  const write = can('messages.write');
  const button = write ? <Button leftSection={<IconPlus size={16} />} onClick={() => edit('new')}>{t('surveys.add')}</Button> : undefined;
  return (
    <Page title={t('surveys.title')} lead={t('surveys.lead')} actions={button}>
      <Tabs defaultValue="forms" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="forms">{t('surveys.forms')}</Tabs.Tab>
          {can('calls.read') && <Tabs.Tab value="answers">{t('surveys.answers')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="forms"><Forms onOpen={write ? edit : undefined} /></Tabs.Panel>
        <Tabs.Panel value="answers"><Answers /></Tabs.Panel>
      </Tabs>
      <Modal opened={edited !== null} onClose={() => edit(null)} size="xl" title={edited === 'new' || edited === null ? t('surveys.add') : edited.code} closeButtonProps={{ 'aria-label': t('close') }}>
        {edited !== null && <SurveyForm read={edited === 'new' ? null : edited} onDone={() => edit(null)} />}
      </Modal>
    </Page>
  );
}

function Forms({ onOpen }: { onOpen: ((survey: Survey) => void) | undefined }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['surveys'], queryFn: () => get<List<Survey>>('/v1/surveys') });
  const columns: Column<Survey>[] = [
    { id: 'code', header: t('surveys.code'), sort: (s) => s.code, cell: (s) => <>{s.code} {s.stoppedAt && <Badge tone="grey">{t('surveys.stopped')}</Badge>}</> },
    { id: 'sample', header: t('surveys.sample'), right: true, sort: (s) => s.samplePercent, cell: (s) => percent(s.samplePercent / 100, 0), wideOnly: true },
    { id: 'invited', header: t('surveys.invited'), right: true, sort: (s) => s.invited, cell: (s) => number(s.invited), wideOnly: true },
    { id: 'answered', header: t('surveys.answered'), right: true, sort: (s) => s.answered, cell: (s) => (s.invited === 0 ? number(s.answered) : `${number(s.answered)} (${percent(s.answered / s.invited, 0)})`) },
    { id: 'mean', header: t('surveys.mean'), right: true, sort: (s) => s.meanScore ?? -1, cell: (s) => (s.meanScore === undefined ? '–' : number(Math.round(s.meanScore))) },
    { id: 'version', header: t('surveys.version'), right: true, cell: (s) => number(s.version), wideOnly: true },
  ];
  return (
    <Answer query={query}>
      {(data) => data.items.length === 0
        ? <Empty icon={<IconMoodSmile size={32} />} title={t('surveys.emptyTitle')}>{t('surveys.empty')}</Empty>
        : <DataTable label={t('surveys.title')} columns={columns} rows={data.items} rowKey={(s) => s.id} onOpen={onOpen} />}
    </Answer>
  );
}

/** Answers as they were given: "question: answer", a line each. */
export function answerLines(answers: unknown): string[] {
  if (typeof answers !== 'object' || answers === null) return [];
  return Object.entries(answers).map(([question, said]) => `${question.replaceAll('_', ' ')}: ${String(said)}`);
}

function Answers() {
  const { t } = useTranslation();
  const [page, go] = useState(1);
  const query = useQuery({ queryKey: ['survey-answers', page], placeholderData: keepPreviousData, queryFn: () => get<List<SurveyAnswer>>('/v1/survey-answers', { page, size }) });
  const columns: Column<SurveyAnswer>[] = [
    { id: 'at', header: t('surveys.at'), sort: (a) => a.answeredAt ?? '', cell: (a) => dateTime(a.answeredAt) },
    { id: 'form', header: t('surveys.code'), sort: (a) => a.form, cell: (a) => a.form, wideOnly: true },
    { id: 'score', header: t('surveys.score'), right: true, sort: (a) => a.score ?? -1, cell: (a) => (a.score === undefined ? '–' : number(a.score)) },
    { id: 'said', header: t('surveys.said'), wraps: true, text: (a) => answerLines(a.answers).join('; '), cell: (a) => <Stack gap={0}>{answerLines(a.answers).map((line) => <Text key={line} size="sm">{line}</Text>)}</Stack> },
    { id: 'call', header: t('surveys.call'), text: (a) => String(a.callId), cell: (a) => <LinkText to="/calls/$callId" params={{ callId: String(a.callId) }}>{t('surveys.openCall')}</LinkText> },
  ];
  return (
    <Answer query={query}>
      {(data) => data.items.length === 0 ? <Empty title={t('surveys.noAnswers')}>{t('surveys.noAnswersHint')}</Empty> : (
        <>
          <DataTable label={t('surveys.answers')} columns={columns} rows={data.items} rowKey={(a) => `${a.callId}/${a.form}`} />
          <Group justify="flex-end"><Pager page={page} size={size} total={data.total} onPage={go} /></Group>
        </>
      )}
    </Answer>
  );
}
