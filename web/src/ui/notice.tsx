import { Box } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

const icons = { red: IconAlertTriangle, amber: IconAlertTriangle, green: IconCircleCheck, grey: IconInfoCircle };

interface NoticeProps {
  tone: keyof typeof icons;
  title?: string;
  /** Read out at once: only for what answers an act of the person. */
  urgent?: boolean;
  children?: ReactNode;
}

/** A sentence that stands out: what went wrong, what is missing, what is done. */
export function Notice({ tone, title, urgent, children }: NoticeProps) {
  const Icon = icons[tone];
  return (
    <Box className="notice" data-tone={tone} role={urgent ? 'alert' : undefined}>
      <Icon size={18} aria-hidden="true" />
      <div className="notice-text">
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </Box>
  );
}
