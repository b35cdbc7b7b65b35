import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { actOf, useKeymap } from './keymap';

/** Whether the person is writing: then a letter is a letter, never a command. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true;
  const quiet = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color', 'file'];
  return target instanceof HTMLInputElement && !quiet.includes(target.type);
}

/** The letter on the key: with a Korean input mode on, the key of R says "ㄱ" or nothing, and is still the key of R. */
function latinOf(event: KeyboardEvent): string {
  const onKey = /^Key([A-Z])$/.exec(event.code)?.[1];
  return onKey !== undefined && !/^[\x20-\x7e]$/.test(event.key) ? onKey : event.key;
}

/** The single key that was pressed as a command ("r", "1", "?"), or undefined when it is text or a browser's own. */
export function keyOf(event: KeyboardEvent): string | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return undefined;
  return isTyping(event.target) ? undefined : latinOf(event).toLowerCase();
}

/** Whether single keys act at all (WCAG 2.1.4: they can be turned off). */
export function useShortcutsOn(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useLocalStorage({ key: 'saveline.shortcuts', defaultValue: true, getInitialValueInEffect: false });
  return [on, setOn];
}

/**
 * Runs commands by single keys while no dialog or menu is open; run says whether the key meant something. It is told the
 * key that an act has by default, whichever the person gave it.
 */
export function useShortcuts(run: (key: string) => boolean): void {
  const [on] = useShortcutsOn();
  const { keymap } = useKeymap();
  const current = useRef(run);
  useEffect(() => {
    current.current = run;
  });
  useEffect(() => {
    if (!on) return undefined;
    const press = (event: KeyboardEvent) => {
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const pressed = keyOf(event);
      const act = pressed === undefined ? undefined : actOf(keymap, pressed);
      if (act !== undefined && current.current(act)) event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [on, keymap]);
}

/** Ctrl-K or Cmd-K opens the search from anywhere, also while typing. It listens from the moment the page can be seen. */
export function useCommandKey(open: () => void): void {
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      open();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [open]);
}
