import { Button, Group, NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { Notice } from '../ui/notice';

export interface OptionValues {
  listName: string;
  generate: boolean;
  seed: number;
}

interface ImportOptionsProps {
  fileName: string;
  hasPhone: boolean;
  onBack: () => void;
  onStart: (options: OptionValues) => void;
}

/** Step three: what the list is called, and whether numbers are made up for it. */
export function ImportOptions({ fileName, hasPhone, onBack, onStart }: ImportOptionsProps) {
  const { t } = useTranslation();
  const form = useForm<OptionValues>({
    initialValues: { listName: fileName.replace(/\.[^.]*$/, ''), generate: !hasPhone, seed: 1 },
    validate: { generate: (value) => (!hasPhone && !value ? t('imports.needPhones') : null) },
  });
  return (
    <form onSubmit={form.onSubmit(onStart)}>
      <Stack>
        <TextInput label={t('imports.listName')} required maxLength={120} {...form.getInputProps('listName')} />
        <Switch label={t('imports.generate')} description={t('imports.generateHint')} {...form.getInputProps('generate', { type: 'checkbox' })} />
        {form.values.generate && <NumberInput label={t('imports.seed')} min={0} allowDecimal={false} maw={160} {...form.getInputProps('seed')} />}
        {!hasPhone && !form.values.generate && <Notice tone="amber">{t('imports.needPhones')}</Notice>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onBack}>{t('back')}</Button>
          <Button type="submit">{t('imports.start')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
