import type { UseFormReturnType } from '@mantine/form';
import { Problem } from '../api/http';
import { sentenceOf } from './problem';

/** "body.windows.0.from" is the form's "windows.0.from"; a fault of the whole body has no field. */
export function fieldOf(location: string | undefined): string {
  return (location ?? '').replace(/^body\.?/, '').replace(/\[(\d+)\]/g, '.$1');
}

/** The server's faults by field; those of no field known to the form are returned for a line above it. */
export function sortFaults(problem: Problem, known: (field: string) => boolean): { fields: Record<string, string>; rest: string[] } {
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const fault of problem.faults) {
    const field = fieldOf(fault.location);
    if (field !== '' && known(field)) fields[field] ??= fault.message;
    else rest.push(fault.message);
  }
  return { fields, rest };
}

/** Puts the server's faults beside their fields; what has no field there comes back as one sentence, or ''. */
export function showFaults<V extends Record<string, unknown>>(form: UseFormReturnType<V>, error: unknown): string {
  if (!(error instanceof Problem)) return '';
  const values = form.getValues();
  const { fields, rest } = sortFaults(error, (field) => (field.split('.')[0] ?? '') in values);
  form.setErrors(fields);
  if (rest.length > 0) return rest.join('. ');
  return Object.keys(fields).length > 0 ? '' : sentenceOf(error);
}
