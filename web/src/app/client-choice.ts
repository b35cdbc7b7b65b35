import { useLocalStorage } from '@mantine/hooks';
import { useSession } from './session';

/** Which of several client companies the pages show; null is all of them. */
export function useClientChoice(): { clientId: number | null; choose: (id: number | null) => void } {
  const { me } = useSession();
  const [kept, keep] = useLocalStorage<number | null>({ key: 'saveline.client', defaultValue: null, getInitialValueInEffect: false });
  const only = me.clients.length === 1 ? (me.clients[0]?.id ?? null) : null;
  const known = kept !== null && me.clients.some((client) => client.id === kept) ? kept : null;
  return { clientId: only ?? known, choose: keep };
}
