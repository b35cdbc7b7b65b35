import { admin } from './en/admin';
import { campaigns } from './en/campaigns';
import { common } from './en/common';
import { desk } from './en/desk';
import { floor } from './en/floor';
import { exportWords } from './en/exports';
import { payroll } from './en/pay';
import { retention } from './en/retention';
import { shell } from './en/shell';
import { why } from './en/why';

/** Every word the pages show, in English. Korean and Filipino have the same shape. */
export const en = { ...common, ...shell, ...campaigns, ...desk, ...floor, ...payroll, ...exportWords, ...retention, ...admin, ...why } as const;
