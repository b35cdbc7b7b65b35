export const shell = {
  nav: {
    requests: 'Requests', incidents: 'Incidents', saveDesk: 'Save desk', fixes: 'Fixes', authority: 'Limits', surveys: 'Surveys', billing: 'Billing',
    label: 'Main',
    conduct: 'Conduct',
    desk: 'Desk', myPay: 'My pay', floor: 'Floor', campaigns: 'Campaigns', queue: 'To review', calls: 'Calls',
    offers: 'Offers', cases: 'Cases', pay: 'Pay runs', plans: 'Pay plans', disputes: 'Disputes', adjustments: 'Adjustments', suppressions: 'Do not call',
    payroll: 'Payroll systems',
    customers: 'Customers',
    messages: 'Messages', appointments: 'Appointments', saves: 'Saves', verification: 'Verification', experiments: 'Experiments', outreach: 'Win back',
    reasons: 'Reasons',
    users: 'People', clients: 'Clients', tokens: 'API tokens', audit: 'Audit log', system: 'System health',
    account: 'Your account', work: 'Work', money: 'Money', house: 'House',
    open: 'Open the menu', shut: 'Close the menu',
  },
  client: { label: 'Client', all: 'All clients' },
  command: {
    open: 'Search and go', placeholder: 'Go to a page or a campaign', nothing: 'Nothing by that name.', hint: 'Ctrl K',
    pages: 'Pages', campaigns: 'Campaigns',
  },
  pulse: {
    agents: '{{count, number}} on', agentsLabel: 'Agents signed on', abandon: 'abandoned', label: 'The floor now',
    limit: 'Share of answered calls that were abandoned; the limit is 3 %',
  },
  stopped: {
    title: 'All dialing is stopped', by: 'by {{name}}, {{when}}', go: 'Open the floor',
  },
  lost: { title: 'The connection is lost', text: 'What you see may be old. Calls go on; the page catches up by itself.' },
  menu: { label: 'Account of {{name}}' },
} as const;
