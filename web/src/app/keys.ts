import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useRef } from 'react';

/** Whether the person is writing: then a letter is a letter, never a command. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true;
  const quiet = ['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color', 'file'];
  return target instanceof HTMLInputElement && !quiet.includes(target.type);
}

/** The command that a key press means, or undefined. Keys are "r", "1", "?": lower case, without modifiers. */
export function commandOf<C>(event: KeyboardEvent, table: ReadonlyMap<string, C>): C | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return undefined;
  if (isTyping(event.target)) return undefined;
  return table.get(event.key.toLowerCase());
}

/** Whether single keys act at all (WCAG 2.1.4: they can be turned off). */
export function useShortcutsOn(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useLocalStorage({ key: 'saveline.shortcuts', defaultValue: true, getInitialValueInEffect: false });
  return [on, setOn];
}

/** Runs commands by single keys while the component is on the screen and no dialog is open. */
export function useShortcuts(table: ReadonlyMap<string, () => void>): void {
  const [on] = useShortcutsOn();
  const current = useRef(table);
  useEffect(() => {
    current.current = table;
  });
  useEffect(() => {
    if (!on) return undefined;
    const press = (event: KeyboardEvent) => {
      if (document.querySelector('[role="dialog"]')) return;
      const run = commandOf(event, current.current);
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [on]);
}

/** Ctrl-K or Cmd-K opens the search from anywhere, also while typing. */
export function useCommandKey(open: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      open();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [open]);
}
