import { Box, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every page: one title, what it is about in a line, the page's acts on the right. */
export function Page({ title, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Saveline`;
  }, [title]);
  return (
    <Box className="page">
      <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
        <Box miw={0} flex="1 1 16rem">
          <Title order={1} size="h3">{title}</Title>
          {lead !== undefined && <Text c="dimmed" size="sm" mt={2}>{lead}</Text>}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}

interface PanelProps {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  tone?: 'plain' | 'quiet';
  label?: string;
}

/** A bordered part of a page with an optional heading. */
export function Panel({ title, actions, children, tone = 'plain', label }: PanelProps) {
  return (
    <Box component="section" className="panel" data-tone={tone} aria-label={label}>
      {(title !== undefined || actions !== undefined) && (
        <Group justify="space-between" mb="sm" gap="xs">
          <Title order={2} size="h6">{title}</Title>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      {children}
    </Box>
  );
}
