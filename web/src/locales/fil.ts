import { admin } from './fil/admin';
import { campaigns } from './fil/campaigns';
import { common } from './fil/common';
import { desk } from './fil/desk';
import { floor } from './fil/floor';
import { payroll } from './fil/pay';
import { retention } from './fil/retention';
import { save } from './fil/save';
import { shell } from './fil/shell';

/** Every word the pages show, in Filipino: a chunk of its own, loaded by those who read it. */
export const words = { ...common, ...shell, ...campaigns, ...desk, ...floor, ...payroll, ...retention, ...save, ...admin };
