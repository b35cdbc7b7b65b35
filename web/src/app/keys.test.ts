import { describe, expect, it } from 'vitest';
import { actOf, keyFor, remapped } from './keymap';
import { isTyping, keyOf } from './keys';

function pressed(key: string, target: HTMLElement, modifiers: KeyboardEventInit = {}): string | undefined {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, ...modifiers });
  let found: string | undefined;
  const listen = (e: Event) => {
    found = keyOf(e as KeyboardEvent);
  };
  document.body.append(target);
  document.addEventListener('keydown', listen);
  target.dispatchEvent(event);
  document.removeEventListener('keydown', listen);
  target.remove();
  return found;
}

function input(type: string): HTMLInputElement {
  const field = document.createElement('input');
  field.type = type;
  return field;
}

describe('single keys', () => {
  it('are commands on the page and on buttons', () => {
    expect(pressed('R', document.createElement('div'))).toBe('r');
    expect(pressed('1', document.createElement('button'))).toBe('1');
    expect(pressed('?', input('checkbox'))).toBe('?');
  });

  it('are letters while somebody types', () => {
    for (const field of [input('text'), input('tel'), input('datetime-local'), document.createElement('textarea'), document.createElement('select')]) {
      expect(pressed('r', field)).toBeUndefined();
    }
  });

  it('are the browser’s with a modifier, and no command while held down', () => {
    const page = document.createElement('div');
    expect(pressed('r', page, { ctrlKey: true })).toBeUndefined();
    expect(pressed('r', page, { metaKey: true })).toBeUndefined();
    expect(pressed('e', page, { repeat: true })).toBeUndefined();
  });
});

it('a key is its letter in a Korean input mode too', () => {
  const page = document.createElement('div');
  expect(pressed('ㄱ', page, { code: 'KeyR' })).toBe('r');
  expect(pressed('Process', page, { code: 'KeyP' })).toBe('p');
  expect(pressed('q', page, { code: 'KeyA' })).toBe('q'); // a French keyboard: what it says, not where it stands
});

describe('a person’s own keys', () => {
  const acts = ['r', 'p', '/'];

  it('lead to the act, and the old key to nothing', () => {
    const keymap = remapped({}, 'r', 'g', acts) ?? {};
    expect([keyFor(keymap, 'r'), actOf(keymap, 'g'), actOf(keymap, 'r'), actOf(keymap, 'p')]).toEqual(['g', 'r', undefined, 'p']);
  });

  it('are refused where another act or an outcome has them, and free again when it moves away', () => {
    expect(remapped({}, 'r', 'p', acts)).toBeUndefined();
    expect(remapped({}, 'r', '3', acts)).toBeUndefined();
    const moved = remapped({}, 'p', 'x', acts) ?? {};
    expect(remapped(moved, 'r', 'p', acts)).toEqual({ p: 'x', r: 'p' });
  });

  it('go back to their own', () => {
    expect(remapped({ r: 'g' }, 'r', 'r', acts)).toEqual({});
  });
});

it('a text being edited in place is typing', () => {
  const box = document.createElement('div');
  expect(isTyping(box)).toBe(false);
  expect(isTyping(null)).toBe(false);
});
