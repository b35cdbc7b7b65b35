import { Box, Button, Stack } from '@mantine/core';
import { type ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failed } from '../ui/answer';
import { Page } from '../ui/page';
import { LinkText } from '../ui/link';

/** There is no page at this address. */
export function NoPage() {
  const { t } = useTranslation();
  return (
    <Box component="main" p="xl">
      <Page title={t('error.notFound')} lead={t('error.notFoundHint')}><LinkText to="/">{t('error.home')}</LinkText></Page>
    </Box>
  );
}

/** A page that threw: say so, keep the shell, offer the way on. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Failed error={error} retry={reset} />
      <Button variant="default" onClick={() => window.location.reload()} w="fit-content">{t('error.reload')}</Button>
    </Stack>
  );
}
