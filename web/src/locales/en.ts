import { campaigns } from './en/campaigns';
import { common } from './en/common';
import { desk } from './en/desk';
import { floor } from './en/floor';
import { shell } from './en/shell';

/** Every word the pages show, in English. Korean and Filipino have the same shape. */
export const en = {
  ...common, ...shell, ...campaigns, ...desk, ...floor,
} as const;
