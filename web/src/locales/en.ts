import { admin } from './en/admin';
import { campaigns } from './en/campaigns';
import { common } from './en/common';
import { desk } from './en/desk';
import { floor } from './en/floor';
import { follow } from './en/follow';
import { payroll } from './en/pay';
import { retention } from './en/retention';
import { shell } from './en/shell';

/** Every word the pages show, in English. Korean and Filipino have the same shape. */
export const en = { ...common, ...shell, ...campaigns, ...desk, ...floor, ...follow, ...payroll, ...retention, ...admin } as const;
