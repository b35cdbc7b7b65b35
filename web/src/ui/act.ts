import { notifications } from '@mantine/notifications';
import { type QueryKey, useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';
import i18n from 'i18next';
import { Problem } from '../api/http';
import { sentenceOf } from './problem';

interface ActOptions<T> {
  /** What to read again afterwards. */
  renew?: QueryKey[];
  /** What to say when it is done. */
  done?: string | ((result: T) => string);
  after?: (result: T) => void;
  /** The form shows the fault itself. */
  quiet?: boolean;
}

/** Says what went wrong in a corner of the screen, with the request id. */
export function sayProblem(error: unknown): void {
  const problem = error instanceof Problem ? error : undefined;
  const message = sentenceOf(error);
  const id = problem?.requestId ?? '';
  notifications.show({
    color: 'red', title: i18n.t('error.title'), autoClose: 10_000,
    message: id === '' ? message : `${message} (${i18n.t('error.request', { id })})`,
  });
}

/** One act on the server: does it, reads again what it changed, says so. */
export function useAct<In, Out>(run: (input: In) => Promise<Out>, options: ActOptions<Out> = {}): UseMutationResult<Out, Error, In> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (result) => {
      const said = typeof options.done === 'function' ? options.done(result) : options.done;
      if (said) notifications.show({ message: said, color: 'teal' });
      options.after?.(result);
      await Promise.all((options.renew ?? []).map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
    onError: (error) => {
      if (!options.quiet) sayProblem(error);
    },
  });
}
