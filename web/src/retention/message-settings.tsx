import { Button, Group, NativeSelect, NumberInput, PasswordInput, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageSettings } from '../api/follow';
import { address, get, put } from '../api/http';
import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';
import { languages } from '../locales';
import { useAct } from '../ui/act';
import { Answer } from '../ui/answer';
import { showFaults } from '../ui/faults';
import { FormAlert } from '../ui/form-alert';
import { Panel } from '../ui/page';

/** How a client's messages go out. */
export function MessageSettingsForm() {
  const { t } = useTranslation();
  const { me } = useSession();
  const choice = useClientChoice();
  const clientId = choice.clientId ?? me.clients[0]?.id;
  const query = useQuery({ queryKey: ['message-settings', clientId], queryFn: () => get<MessageSettings>('/v1/message-settings', { clientId }) });
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('messages.settingsLead', { client: me.clients.find((c) => c.id === clientId)?.name ?? '' })}</Text>
      <Answer query={query}>{(settings) => <Fields key={`${clientId ?? 0}/${settings.version}`} settings={settings} clientId={clientId} />}</Answer>
    </Stack>
  );
}

function Fields({ settings, clientId }: { settings: MessageSettings; clientId: number | undefined }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState('');
  const form = useForm({ initialValues: { ...settings, smtpPassword: '', textSecret: '' } });
  const save = useAct((values: typeof form.values) => {
    const { smtpPassword, textSecret, ...rest } = values;
    return put(address('/v1/message-settings', { clientId }), { ...rest, ...(smtpPassword ? { smtpPassword } : {}), ...(textSecret ? { textSecret } : {}) });
  }, { quiet: true, renew: [['message-settings']], done: t('messages.saved') });
  const secret = (set: boolean) => (set ? t('messages.secretSet') : t('messages.secretNone'));
  return (
    <form onSubmit={form.onSubmit((values) => {
      setFault('');
      save.mutate(values, { onError: (error) => setFault(showFaults(form, error)) });
    })}
    >
      <Stack>
        <FormAlert message={fault} />
        <Panel title={t('messages.general')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('messages.publicUrl')} description={t('messages.publicUrlHint')} type="url" {...form.getInputProps('publicUrl')} />
            <NativeSelect label={t('messages.languageDefault')} data={[...languages]} {...form.getInputProps('language')} />
            <NumberInput label={t('messages.minuteMax')} min={1} max={6000} {...form.getInputProps('minuteMax')} />
            <NumberInput label={t('messages.personDayMax')} min={1} max={50} {...form.getInputProps('personDayMax')} />
            <TagsInput label={t('messages.frameOrigins')} description={t('messages.frameOriginsHint')} {...form.getInputProps('frameOrigins')} />
          </SimpleGrid>
        </Panel>
        <Panel title={t('messages.channel.email')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('messages.emailFrom')} type="email" {...form.getInputProps('emailFrom')} />
            <TextInput label={t('messages.emailName')} {...form.getInputProps('emailName')} />
            <TextInput label={t('messages.replyTo')} type="email" {...form.getInputProps('replyTo')} />
            <TextInput label={t('messages.smtpHost')} {...form.getInputProps('smtpHost')} />
            <NumberInput label={t('messages.smtpPort')} min={1} max={65535} {...form.getInputProps('smtpPort')} />
            <NativeSelect label={t('messages.smtpSecurity')} data={[{ value: 'starttls', label: 'STARTTLS' }, { value: 'tls', label: 'TLS' }]} {...form.getInputProps('smtpSecurity')} />
            <TextInput label={t('messages.smtpUser')} autoComplete="off" {...form.getInputProps('smtpUser')} />
            <PasswordInput label={t('messages.smtpPassword')} description={secret(settings.hasPassword)} autoComplete="new-password" {...form.getInputProps('smtpPassword')} />
          </SimpleGrid>
        </Panel>
        <Panel title={t('messages.channel.text')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label={t('messages.textUrl')} type="url" {...form.getInputProps('textUrl')} />
            <TextInput label={t('messages.textFrom')} {...form.getInputProps('textFrom')} />
            <PasswordInput label={t('messages.textSecret')} description={secret(settings.hasTextSecret)} autoComplete="new-password" {...form.getInputProps('textSecret')} />
            <Group grow>
              <NumberInput label={t('messages.textFromHour')} min={0} max={23} {...form.getInputProps('textFromHour')} />
              <NumberInput label={t('messages.textUntilHour')} min={1} max={24} {...form.getInputProps('textUntilHour')} />
            </Group>
          </SimpleGrid>
        </Panel>
        <Group justify="flex-end"><Button type="submit" loading={save.isPending}>{t('messages.save')}</Button></Group>
      </Stack>
    </form>
  );
}
