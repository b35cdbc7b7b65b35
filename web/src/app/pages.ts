import {
  IconAddressBook, IconAdjustments, IconAlertTriangle, IconBuilding, IconCalendar, IconCalendarCheck, IconChartBar, IconChecklist, IconClipboardList, IconClipboardText, IconCoin, IconEyeSearch, IconFileExport, IconFlask, IconGauge, IconGift, IconHeadset, IconMoodSmile, IconReceipt,
  IconHeartbeat, IconHistory, IconId, IconKey, IconLayoutGrid, IconLifebuoy, IconListTree, IconMail, IconMessageQuestion, IconPhoneOff,
  IconPhoneOutgoing, IconScale, IconSpeakerphone, IconUserHeart, IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Me } from '../api/types';
import type { en } from '../locales/en';

type NavKey = keyof typeof en.nav;

export interface PageLink {
  to: string;
  label: NavKey;
  icon: TablerIcon;
  /** Any of these opens it. */
  permission: string;
}

export interface PageGroup {
  label: NavKey;
  pages: PageLink[];
}

/** The left rail: what there is, in the order of a day's work, and who may open it. */
export const groups: PageGroup[] = [
  {
    label: 'work',
    pages: [
      { to: '/desk', label: 'desk', icon: IconHeadset, permission: 'desk.work' },
      { to: '/floor', label: 'floor', icon: IconLayoutGrid, permission: 'floor.read' },
      { to: '/campaigns', label: 'campaigns', icon: IconSpeakerphone, permission: 'leads.read' },
      { to: '/cases', label: 'cases', icon: IconLifebuoy, permission: 'cases.read' },
      { to: '/customers', label: 'customers', icon: IconId, permission: 'customers.read' },
      { to: '/requests', label: 'requests', icon: IconClipboardText, permission: 'cases.read' },
      { to: '/incidents', label: 'incidents', icon: IconAlertTriangle, permission: 'cases.read' },
      { to: '/appointments', label: 'appointments', icon: IconCalendar, permission: 'bookings.read' },
      { to: '/messages', label: 'messages', icon: IconMail, permission: 'messages.read' },
      { to: '/saves', label: 'saves', icon: IconChartBar, permission: 'reports.read' },
      { to: '/verification', label: 'verification', icon: IconCalendarCheck, permission: 'cases.read' },
      { to: '/experiments', label: 'experiments', icon: IconFlask, permission: 'reports.read' },
      { to: '/outreach', label: 'outreach', icon: IconUserHeart, permission: 'campaigns.write' },
      { to: '/queue', label: 'queue', icon: IconClipboardList, permission: 'floor.act' },
      { to: '/conduct', label: 'conduct', icon: IconEyeSearch, permission: 'gaming.read' },
      { to: '/calls', label: 'calls', icon: IconPhoneOutgoing, permission: 'calls.read' },
      { to: '/suppressions', label: 'suppressions', icon: IconPhoneOff, permission: 'leads.read' },
    ],
  },
  {
    label: 'saveDesk',
    pages: [
      { to: '/offers', label: 'offers', icon: IconGift, permission: 'offers.write' },
      { to: '/reasons', label: 'reasons', icon: IconListTree, permission: 'offers.write' },
      { to: '/fixes', label: 'fixes', icon: IconChecklist, permission: 'offers.write' },
      { to: '/authority', label: 'authority', icon: IconGauge, permission: 'offers.write' },
      { to: '/surveys', label: 'surveys', icon: IconMoodSmile, permission: 'messages.read' },
      { to: '/billing', label: 'billing', icon: IconReceipt, permission: 'cases.read' },
    ],
  },
  {
    label: 'money',
    pages: [
      { to: '/my-pay', label: 'myPay', icon: IconCoin, permission: 'pay.own' },
      { to: '/pay', label: 'pay', icon: IconScale, permission: 'pay.read' },
      { to: '/pay/disputes', label: 'disputes', icon: IconMessageQuestion, permission: 'pay.read' },
      { to: '/pay/adjustments', label: 'adjustments', icon: IconAdjustments, permission: 'pay.adjust' },
      { to: '/payroll', label: 'payroll', icon: IconFileExport, permission: 'pay.read' },
      { to: '/plans', label: 'plans', icon: IconAddressBook, permission: 'plans.read' },
    ],
  },
  {
    label: 'house',
    pages: [
      { to: '/admin/users', label: 'users', icon: IconUsers, permission: 'users.read' },
      { to: '/admin/clients', label: 'clients', icon: IconBuilding, permission: 'clients.write' },
      { to: '/admin/tokens', label: 'tokens', icon: IconKey, permission: 'tokens.write' },
      { to: '/admin/audit', label: 'audit', icon: IconHistory, permission: 'audit.read' },
      { to: '/system', label: 'system', icon: IconHeartbeat, permission: 'system.read' },
    ],
  },
];

/** The groups with only the pages that this person may open. */
export function groupsFor(me: Me): PageGroup[] {
  return groups
    .map((group) => ({ ...group, pages: group.pages.filter((page) => me.permissions.includes(page.permission)) }))
    .filter((group) => group.pages.length > 0);
}
