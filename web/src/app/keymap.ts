import { useLocalStorage } from '@mantine/hooks';
import { useSession } from './session';

/** The keys that a person gave to acts, by the key that the act has by default; acts that are not in it keep theirs. */
export type Keymap = Partial<Record<string, string>>;

/** The key of an act. */
export const keyFor = (keymap: Keymap, act: string): string => keymap[act] ?? act;

/** The act of a key, or undefined where its act was given another and nobody took it. */
export function actOf(keymap: Keymap, key: string): string | undefined {
  const taken = Object.entries(keymap).find(([, chosen]) => chosen === key);
  if (taken) return taken[0];
  return keymap[key] === undefined ? key : undefined;
}

/** The keymap with another key for an act. A key that is another act's is refused: undefined. */
export function remapped(keymap: Keymap, act: string, key: string, acts: readonly string[]): Keymap | undefined {
  const owner = actOf(keymap, key);
  if (owner !== undefined && owner !== act && (acts.includes(owner) || /^[1-9]$/.test(owner))) return undefined;
  const rest = Object.entries(keymap).filter(([one]) => one !== act);
  return Object.fromEntries(key === act ? rest : [...rest, [act, key]]);
}

const none: Keymap = {};

/** The person's own keys, kept on this machine. */
export function useKeymap(): { keymap: Keymap; keep: (keymap: Keymap) => void } {
  const { me } = useSession();
  const [keymap, keep] = useLocalStorage<Keymap>({ key: `saveline.keys.${me.id}`, defaultValue: none, getInitialValueInEffect: false });
  return { keymap, keep };
}
