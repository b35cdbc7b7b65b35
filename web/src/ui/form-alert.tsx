import { Notice } from './notice';

/** The sentence above a form that belongs to none of its fields. */
export function FormAlert({ message }: { message: string }) {
  if (message === '') return null;
  return (
    <Notice tone="red" urgent>{message}</Notice>
  );
}
