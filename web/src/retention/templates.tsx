import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/http';
import type { MessageTemplate } from '../api/manage';
import type { List } from '../api/types';
import { languages } from '../locales';
import { useAct } from '../ui/act';
import { Answer, Failed } from '../ui/answer';
import { dateTime } from '../ui/format';
import { Notice } from '../ui/notice';
import { Panel } from '../ui/page';
import { messageKind } from '../ui/words';
import { useOneClient } from './client-of';
import { filled, unknownFields } from './merge';

/** The client's own words to customers, by kind, channel and language. */
export function Templates() {
  const { t } = useTranslation();
  const client = useOneClient();
  const [kind, setKind] = useState('e_confirmation');
  const [channel, setChannel] = useState('email');
  const [language, setLanguage] = useState('en');
  const query = useQuery({ queryKey: ['message-templates', client], queryFn: () => get<List<MessageTemplate>>('/v1/message-templates', { clientId: client }) });
  return (
    <Answer query={query}>
      {(data) => {
        const kinds = [...new Set(data.items.map((template) => template.kind))];
        const chosen = data.items.find((one) => one.kind === kind && one.channel === channel && one.language === language);
        return (
          <Stack>
            <SimpleGrid cols={{ base: 1, xs: 3 }}>
              <NativeSelect label={t('messages.col.kind')} value={kind} data={kinds.map((value) => ({ value, label: messageKind(t, value) }))} onChange={(event) => setKind(event.currentTarget.value)} />
              <NativeSelect label={t('messages.col.channel')} value={channel} data={(['email', 'text'] as const).map((value) => ({ value, label: t(`messages.channel.${value}`) }))} onChange={(event) => setChannel(event.currentTarget.value)} />
              <NativeSelect label={t('messages.language')} value={language} data={[...languages]} onChange={(event) => setLanguage(event.currentTarget.value)} />
            </SimpleGrid>
            {chosen && <Words key={`${client ?? 0}/${kind}/${channel}/${language}/${chosen.version}`} client={client} read={chosen} />}
          </Stack>
        );
      }}
    </Answer>
  );
}

function Words({ client, read }: { client: number | undefined; read: MessageTemplate }) {
  const { t } = useTranslation();
  const [subject, setSubject] = useState(read.subject);
  const [body, setBody] = useState(read.body);
  const unknown = unknownFields(`${subject}\n${body}`, read.fields);
  const lacksLink = read.fields.includes('link') && !body.includes('{{link}}');
  const isReady = unknown.length === 0 && !lacksLink && body.trim() !== '' && (read.channel === 'text' || subject.trim() !== '');
  const save = useAct(() => post('/v1/message-templates', { clientId: client, kind: read.kind, channel: read.channel, language: read.language, subject, body }), {
    quiet: true, renew: [['message-templates']], done: t('templates.saved'),
  });
  const examples = Object.fromEntries(read.fields.map((field) => [field, t(`templates.example.${field.replace('.', '_') as 'link'}`)]));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Panel title={t('templates.words')}>
        <Stack>
          <Text size="xs" c="dimmed">{read.version === 0 ? t('messages.house') : t('templates.since', { n: read.version, name: read.createdBy ?? '', when: dateTime(read.createdAt) })}</Text>
          {read.channel === 'email' && <TextInput label={t('templates.subject')} lang={read.language} maxLength={200} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />}
          <Textarea label={t('templates.body')} lang={read.language} autosize minRows={6} maxLength={4000} value={body} onChange={(event) => setBody(event.currentTarget.value)} />
          <Group gap={6}>
            <Text size="xs" c="dimmed">{t('templates.fields')}</Text>
            {read.fields.map((field) => <Button key={field} size="compact-xs" variant="default" onClick={() => setBody(`${body}{{${field}}}`)}>{field}</Button>)}
          </Group>
          {unknown.length > 0 && <Notice tone="red" urgent>{t('templates.unknown', { fields: unknown.join(', ') })}</Notice>}
          {lacksLink && <Notice tone="red" urgent>{t('templates.noLink')}</Notice>}
          {save.isError && <Failed error={save.error} />}
          <Button w="fit-content" disabled={!isReady || (subject === read.subject && body === read.body)} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('templates.save')}</Button>
        </Stack>
      </Panel>
      <Panel title={t('templates.preview')}>
        <Stack lang={read.language}>
          {read.channel === 'email' && <Text fw={600}>{filled(subject, examples)}</Text>}
          <Text size="sm" className="script">{filled(body, examples)}</Text>
          <Text size="xs" c="dimmed">{t('templates.tail')}</Text>
        </Stack>
      </Panel>
    </SimpleGrid>
  );
}
