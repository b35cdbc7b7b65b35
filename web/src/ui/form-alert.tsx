import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

/** The sentence above a form that belongs to none of its fields. */
export function FormAlert({ message }: { message: string }) {
  if (message === '') return null;
  return (
    <Alert variant="outline" color="red" icon={<IconAlertTriangle size={18} />} role="alert">{message}</Alert>
  );
}
