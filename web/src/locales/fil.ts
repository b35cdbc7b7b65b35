import { campaigns } from './fil/campaigns';
import { common } from './fil/common';
import { desk } from './fil/desk';
import { floor } from './fil/floor';
import { shell } from './fil/shell';

/** Every word the pages show, in Filipino: a chunk of its own, loaded by those who read it. */
export const words = {
  ...common, ...shell, ...campaigns, ...desk, ...floor,
};
