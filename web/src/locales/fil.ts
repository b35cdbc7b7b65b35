import { admin } from './fil/admin';
import { campaigns } from './fil/campaigns';
import { common } from './fil/common';
import { customers } from './fil/customers';
import { desk } from './fil/desk';
import { floor } from './fil/floor';
import { exportWords } from './fil/exports';
import { follow } from './fil/follow';
import { gaming } from './fil/gaming';
import { payroll } from './fil/pay';
import { retention } from './fil/retention';
import { save } from './fil/save';
import { shell } from './fil/shell';
import { why } from './fil/why';

/** Every word the pages show, in Filipino: a chunk of its own, loaded by those who read it. */
export const words = {
  ...common, ...shell, ...campaigns, ...desk, ...floor, ...payroll, ...retention, ...admin, ...why, ...exportWords, ...customers, ...follow, ...gaming, ...save,
};
