import { useClientChoice } from '../app/client-choice';
import { useSession } from '../app/session';

/** The client whose rules a page shows: the chosen one, else the first that this person sees. */
export function useOneClient(): number | undefined {
  const { me } = useSession();
  const { clientId } = useClientChoice();
  return clientId ?? me.clients[0]?.id;
}

/** An amount in minor units as it is typed: 1250 is "12.50". */
export const fromMinor = (minor: number) => `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;

/** What was typed in minor units; undefined for what is no amount of two decimals. */
export function toMinor(text: string): number | undefined {
  const found = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined;
}
