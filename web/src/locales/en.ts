import { common } from './en/common';
import { shell } from './en/shell';

/** Every word the pages show, in English. Korean and Filipino have the same shape. */
export const en = { ...common, ...shell } as const;
