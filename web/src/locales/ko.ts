import { admin } from './ko/admin';
import { campaigns } from './ko/campaigns';
import { common } from './ko/common';
import { customers } from './ko/customers';
import { desk } from './ko/desk';
import { floor } from './ko/floor';
import { exportWords } from './ko/exports';
import { follow } from './ko/follow';
import { gaming } from './ko/gaming';
import { payroll } from './ko/pay';
import { retention } from './ko/retention';
import { save } from './ko/save';
import { shell } from './ko/shell';
import { why } from './ko/why';

/** Every word the pages show, in Korean: a chunk of its own, loaded by those who read it. */
export const words = {
  ...common, ...shell, ...campaigns, ...desk, ...floor, ...payroll, ...retention, ...admin, ...why, ...exportWords, ...customers, ...follow, ...gaming, ...save,
};
