/** The acts of the desk that have a key, by the key they have by default, with the name of their words. */
export const shortcuts = [
  ['r', 'r'], ['p', 'p'], ['a', 'a'], ['s', 's'], ['h', 'h'], ['e', 'e'], ['o', 'o'], ['c', 'c'], ['x', 'x'], ['n', 'n'], ['v', 'v'], ['l', 'l'], ['w', 'w'], ['f', 'f'], ['k', 'k'], ['/', 'slash'], ['?', 'help'],
] as const;
