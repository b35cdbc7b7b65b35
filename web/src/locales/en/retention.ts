export const retention = {
  offers: {
    title: 'Offers', lead: 'What agents may offer, in the order they try it. A change is a new version; calls keep the one they showed.', new: 'New offer', emptyTitle: 'No offer yet',
    empty: 'An offer has words for the agent, terms, and what a yes is worth: the base of pay. Without one, no sale or save can be recorded.',
    showRetired: 'Show retired', edit: 'Edit', retire: 'Retire', retireTitle: 'Retire “{{name}}”?', retireEffect: 'No agent can present it any more. What was accepted stays.', retired: 'Retired',
    col: { name: 'Offer', kind: 'Kind', result: 'Counts as', value: 'Worth', cost: 'Costs', purposes: 'Shown in', rank: 'Order', version: 'Version' },
    code: 'Code', codeHint: 'Small letters, digits, _ and -. It never changes.', name: 'Name', kind: 'Kind', result: 'A yes counts as', say: 'What the agent says', sayHint: 'Fields such as {{field}} are filled in.', value: 'Worth of a yes', cost: 'Cost', currency: 'Currency', purposes: 'Shown in campaigns for', rank: 'Order (lowest first)', create: 'Create offer', save: 'Save as new version', saved: 'Offer saved.', valueHint: 'For a save, 0 means a month of the subscription.',
    term: { product: 'Product', months: 'Months', minutes: 'Minutes', percent: 'Percent', cycles: 'Billing cycles', amount: 'Amount', plan: 'Plan', ticket: 'Ticket', days: 'Days', price: 'New price a month' },
  },
  cases: {
    title: 'Cases', lead: 'Customers who asked to cancel, by the day on which it must be decided.', import: 'Import requests', emptyTitle: 'No case', empty: 'When a customer asks to cancel, by the API or in a file, a case opens and its lead goes to the save campaign.',
    col: { customer: 'Customer', state: 'State', reason: 'Reason', mrr: 'A month', due: 'Decide by', requested: 'Asked', owner: 'Agent' }, any: 'Any state', open: 'Open',
    one: 'Case {{id}}', plan: 'Plan', price: 'Price a month', tier: 'Value', status: 'Subscription', source: 'Came by', timeline: 'What happened', presentations: 'Offers shown', noPresentations: 'No offer was shown yet.', unsaveable: 'Nobody is called: the reason leaves nothing to save.', closed: 'Closed',
    importTitle: 'Import requests to cancel', importHint: 'A CSV with the columns customer_id, phone, monthly_charge, reason_code and so on. The same file twice changes nothing.', choose: 'Choose a file', importing: 'Reading the file: {{percent}}',
    rows: 'Rows', opened: 'Cases opened', duplicates: 'Known already', refused: 'Refused', rowReason: 'Row {{row}}: {{reason}}',
  },
  suppressions: {
    title: 'Do not call', lead: 'Numbers that are never called. A number added here is out at once, also where it was about to be called.', add: 'Add a number', number: 'Number', reason: 'Reason', find: 'Find a number', emptyTitle: 'No number is on the list', empty: 'Numbers come here when an agent records “do not call”, by import, or by hand.', nothing: 'No such number on the list.',
    col: { number: 'Number', reason: 'Reason', source: 'Came by', by: 'By', when: 'When' }, remove: 'Take off', removeTitle: 'Take {{number}} off the list?', removeEffect: 'The number may be called again from this moment. It is written down who did this and why.', why: 'Why', added: 'Added: it is not called any more.', removed: 'Taken off.', client: 'Client',
  },
} as const;
