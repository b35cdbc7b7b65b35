import { admin } from './en/admin';
import { campaigns } from './en/campaigns';
import { common } from './en/common';
import { customers } from './en/customers';
import { desk } from './en/desk';
import { floor } from './en/floor';
import { exportWords } from './en/exports';
import { follow } from './en/follow';
import { gaming } from './en/gaming';
import { payroll } from './en/pay';
import { retention } from './en/retention';
import { save } from './en/save';
import { shell } from './en/shell';
import { why } from './en/why';

/** Every word the pages show, in English. Korean and Filipino have the same shape. */
export const en = {
  ...common, ...shell, ...campaigns, ...desk, ...floor, ...payroll, ...retention, ...admin, ...why, ...exportWords, ...customers, ...follow, ...gaming, ...save,
} as const;
