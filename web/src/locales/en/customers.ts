export const customers = {
  customers: {
    title: 'Customers', lead: 'Everybody with a subscription, as billing knows them.', import: 'Import customers', find: 'Find by name or id', emptyTitle: 'No customer yet', empty: 'Customers come from a file, from the API, or with their first request to cancel.', nothing: 'Nobody by that name or id.',
    col: { name: 'Customer', id: 'Id', plan: 'Plan', status: 'Subscription', tier: 'Value', region: 'Region' },
    pastDue: 'Past due', paused: 'Paused until {{when}}',
    masked: 'The account is closed to you: ask the questions on your call first. Until every answer is right you see the name and nothing else.',
    facts: 'Customer', email: 'E-mail', phones: 'Numbers', region: 'Region', language: 'Language', openCase: 'Wants to cancel: open the case',
    price: 'Price a month', term: 'Term', months: '{{count}} months', since: 'Since', next: 'Next invoice', trialEnd: 'Trial ends', ends: 'Ends', discounts: 'Discounts', until: '{{size}} until {{when}}', seen: 'Billing’s last word', none: 'None.',
    invoices: 'Invoices', refunded: 'paid back {{amount}}', disputed: 'Disputed',
    orders: 'Orders', payHere: 'Payment page',
    requests: 'Asked for',
    grants: 'Promised in billing',
    calls: 'Calls', offers: 'Offers', cases: 'Cases', notes: 'Notes', note: 'Note', writeNote: 'Write a note', noteHint: 'For the next one who speaks to them. Never a card number.', noteSaved: 'Note written.',
    importTitle: 'Import customers', importHint: 'A CSV with a header: your id of the customer and what they pay a month; the rest if there is any. The same file twice changes nothing, and what billing said is not overwritten.', choose: 'Choose a file', importing: 'Reading the file: {{percent}}', start: 'Import', another: 'Another file',
    columnsHint: 'What is each column? The guess comes from its header; below it stands the first row.', data: 'Keep as further data', skip: 'Leave out', needs: 'Say which column holds your id of the customer, and which what they pay a month.',
    field: { externalId: 'Id of the customer', name: 'Name', phone: 'Number', email: 'E-mail', region: 'Region', postalCode: 'Postal code', language: 'Language', valueTier: 'Value', subscriptionId: 'Id of the subscription', plan: 'Plan', price: 'Price a month', currency: 'Currency', term: 'Term', startedOn: 'Began on', tenure: 'Months since they began', left: 'Has left', total: 'Charged so far' },
    rows: 'Rows', added: 'New', known: 'Refreshed', refused: 'Refused', rowReason: 'Row {{row}}: {{reason}}',
  },
} as const;
