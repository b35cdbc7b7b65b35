import { admin } from './ko/admin';
import { campaigns } from './ko/campaigns';
import { common } from './ko/common';
import { desk } from './ko/desk';
import { floor } from './ko/floor';
import { exportWords } from './ko/exports';
import { payroll } from './ko/pay';
import { retention } from './ko/retention';
import { shell } from './ko/shell';
import { why } from './ko/why';

/** Every word the pages show, in Korean: a chunk of its own, loaded by those who read it. */
export const words = { ...common, ...shell, ...campaigns, ...desk, ...floor, ...payroll, ...exportWords, ...retention, ...admin, ...why };
