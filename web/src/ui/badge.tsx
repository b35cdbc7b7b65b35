import { Box } from '@mantine/core';
import type { ReactNode } from 'react';

export type Tone = 'grey' | 'green' | 'blue' | 'amber' | 'red' | 'violet';

interface BadgeProps {
  tone: Tone;
  icon?: ReactNode;
  children: ReactNode;
}

/** A state in a word, with colour and icon beside it: colour alone never says it. */
export function Badge({ tone, icon, children }: BadgeProps) {
  return (
    <Box component="span" className="badge" data-tone={tone}>
      {icon ?? <span className="badge-dot" aria-hidden="true" />}
      {children}
    </Box>
  );
}
