import { campaigns } from './ko/campaigns';
import { common } from './ko/common';
import { desk } from './ko/desk';
import { floor } from './ko/floor';
import { shell } from './ko/shell';

/** Every word the pages show, in Korean: a chunk of its own, loaded by those who read it. */
export const words = {
  ...common, ...shell, ...campaigns, ...desk, ...floor,
};
