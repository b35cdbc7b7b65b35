/** Words of the pages that few open; they come with the first of those pages. */
export const manage = {
  fixes: {
    title: 'Fixes', lead: 'What may solve a customer’s trouble before money is spoken of. Agents see those that fit the reason.', emptyTitle: 'No fix yet', empty: 'A checklist to go through, a feature to try, or a specialist to call back: what helps costs less than a discount.',
    add: 'Add a fix', unnamed: 'New fix', name: 'Name', code: 'Code', codeHint: 'Small letters; it stays', kindLabel: 'Kind', kind: { fix: 'Checklist', feature: 'Feature to try', specialist: 'Specialist calls back' },
    steps: 'Steps', stepsHint: 'One a line; the agent ticks them', reasons: 'For these reasons', anyReason: 'Any reason', active: 'In use', save: 'Save the fixes', saved: 'Saved.', remove: 'Remove', removeTitle: 'Remove this fix?', removeEffect: 'Once saved it is not tried any more. What was tried with it stays on record.',
  },
  authority: {
    title: 'Limits', lead: 'What people may give by themselves. Above it a supervisor is asked, who answers within two minutes.', tiers: 'Offers by role and value', tiersHint: 'The line of the customer’s own value tier counts; one without a tier is for all the others.', none: 'No limits: nobody has to ask, whatever the offer.',
    role: 'Role', tier: 'Value tier', everyTier: 'Every other', percent: 'Percent at most', cycles: 'Cycles at most', amount: 'Amount at most', budget: 'Budget a week', add: 'Add a line', remove: 'Remove', save: 'Save', saved: 'Saved.', amountHint: 'Write an amount like 20.00',
    customer: 'What one customer may be given', holdout: 'Shown nothing, in %', holdoutHint: 'By chance, so that saves can be measured', holds: 'An offer holds, minutes', holdsHint: 'Unless the offer says otherwise', cooldown: 'Days between offers', cooldownHint: 'After any offer that was taken', cap: 'At most in all', capHint: 'Over the customer’s life; 0.00: no cap',
    back: 'Money back on request', backHint: 'Refunds and adjustments up to this are approved at once. An empty field: somebody else approves each.', nothing: 'Always ask', currency: 'Currency',
  },
  incidents: {
    title: 'Incidents', lead: 'What customers were promised and billing has not done. Each has somebody who sees to it before the next invoice.', state: 'Which', states: { open: 'Open', closed: 'Closed', all: 'All' }, emptyTitle: 'Nothing here', empty: 'Every promise is kept, or on its way. One that is late or refused appears here.',
    one: 'A promise that is not kept', cause: 'What happened', causes: { late: 'Late', failed: 'Refused by billing' }, due: 'Do it before', owner: 'Seen to by', nobody: 'Nobody yet', opened: 'Since', closed: 'Closed', error: 'What billing said', case: 'Case {{id}}',
    todo: { late: 'Billing has not answered. Look there whether the change was made; if it was, note its name below.', failed: 'Mend the cause in billing and try again, or make the change there by hand and note its name below.' },
    take: 'I see to it', give: 'Give to', given: 'Given.', retry: 'Try again', retried: 'On its way again.', ref: 'Made by hand: what billing calls it', refHint: 'Such as di_123', settle: 'It is done', settled: 'Noted as done.', settleTitle: 'Was the change made in billing?', settleEffect: 'The promise counts as kept by “{{ref}}” and is not tried again.',
  },
  requests: {
    title: 'Requests', lead: 'What customers asked for on calls: refunds, adjustments, changes of the account. Followed until done.', open: 'Not done yet', all: 'All', emptyTitle: 'Nothing here', empty: 'What agents note on calls for somebody else to do appears here.',
    customer: 'Customer', toCustomer: 'Open the customer', what: 'Asked for', amount: 'Amount', state: 'State', by: 'Asked by', at: 'When', invoice: 'Invoice', mine: 'You asked for it yourself: somebody else decides.',
    approve: 'Approve', approveMoney: 'Approve {{amount}}', refuse: 'Refuse', refuseTitle: 'Refuse this request?', refuseEffect: 'Nothing is changed. The customer will ask why.', why: 'Why?', decided: 'Decided.',
    pass: 'Passed on', finish: 'It is done', fail: 'It did not work', failTitle: 'It cannot be done?', failEffect: 'The request ends here; the customer must be told.', moved: 'Noted.',
  },
  billing: {
    title: 'Billing', lead: 'Our copy of the subscriptions against the system that charges them.', compare: 'Comparisons', connection: 'Connection', nightly: 'Each night they are compared; what differs takes billing’s value.', pull: 'Compare now', started: 'The comparison has begun.', emptyTitle: 'Not compared yet', empty: 'Once billing is connected the two are compared each night.',
    at: 'Begun', state: 'State', running: 'Running', ended: 'Done', withFailures: 'Not all could be read', checked: 'Checked', differing: 'Differ', unread: 'Unread', of: 'Comparison of {{when}}', corrected: 'Ours is what stood here before; it has billing’s value since.', same: 'Nothing differed',
    subscription: 'Subscription', field: 'What', ours: 'Ours', theirs: 'Billing’s',
    unconnected: 'No billing system is connected: promises count as kept at once, and nothing is charged or changed.', kind: 'System', stripe: 'Stripe', webhook: 'Our signed interface', url: 'Address', urlHint: 'Empty for Stripe’s own', secret: 'Secret key', stays: 'Empty: the one in use stays', signing: 'Secret of what billing sends us', signingHint: 'A new one is used from then on; change it in billing at the same time', paymentLink: 'Page where orders are paid', paymentLinkHint: 'With {order} where the number goes', hook: 'Billing sends its events to', save: 'Save the connection', saved: 'Saved.', changed: 'Changed by {{name}}, {{when}}',
    turnTitle: 'Change how billing is reached?', turnEffect: 'From now on promises go to this system with these secrets. What is signed with the old secret is refused.', test: 'Test the connection', testHint: 'Reads every subscription there and changes nothing in billing; differences are listed under Comparisons.', testing: 'Reading: {{checked}} so far.', testGood: 'It works: {{checked}} read, {{differing}} differ, {{failed}} unread.', testBad: 'Something is wrong: of {{checked}}, {{failed}} could not be read; {{differing}} differ. Check the address and the secret.',
  },
  surveys: {
    title: 'Surveys', lead: 'A few questions after calls. Scores feed pay plans that ask for them.', forms: 'Questionnaires', answers: 'Answers', add: 'New questionnaire', emptyTitle: 'No questionnaire yet', empty: 'Ask a share of the customers how their call was.', code: 'Code', codeHint: 'Small letters; it stays', stopped: 'Stopped', sample: 'Share of calls', sampleHint: 'In percent, chosen by chance', invited: 'Asked', answered: 'Answered', mean: 'Mean of 100', version: 'Version',
    question: 'Question {{n}}', removeQuestion: 'Remove question {{n}}', addQuestion: 'Add a question', id: 'Code of the question', kindLabel: 'Answered by', kind: { scale: '0 to 10', yes_no: 'Yes or no', text: 'Their own words' }, stop: 'Stopped: nobody is asked any more', newVersion: 'Saving makes version {{n}}; answers to older ones stay with them.', save: 'Save', saved: 'Saved.',
    noAnswers: 'No answer yet', noAnswersHint: 'Answers appear here as they come.', at: 'Answered', score: 'Of 100', said: 'What they said', call: 'Call', openCall: 'Open the call',
  },
  templates: {
    title: 'Words', words: 'The words', since: 'Version {{n}} by {{name}}, {{when}}', subject: 'Subject', body: 'Message', fields: 'Fields:', unknown: 'No such field in this message: {{fields}}', noLink: 'This message needs its link field.', save: 'Use these words', saved: 'In use from now on.', preview: 'As it arrives', tail: 'How to end these messages is added below by itself.',
    example: { person_name: 'Maria Santos', person_firstName: 'Maria', client_name: 'Acme', offer_name: '10 % off for three months', link: 'https://example.com/p/…', outcome: 'You stay with us.', at: '2026-11-27 10:00 EST', host: 'Dr. Lee', place: '12 Main Street' },
  },
  objections: {
    title: 'Called wrong', emptyTitle: 'Nobody called anything wrong', empty: 'What customers answer to “that is wrong” appears here.', open: 'Open', done: 'Resolved', silent: 'They gave no reason.', case: 'Case {{id}}', call: 'Call {{id}}', resolve: 'Resolve', resolved: 'Resolved.', effect: 'Say what you found and did; it stays on record with your name.', what: 'What came of it?',
  },
  outreachForm: {
    title: 'Start calls', name: 'Name', kind: 'Kind', campaign: 'Called in', purpose: { winback: 'A campaign whose purpose is win-back', proactive: 'A campaign whose purpose is service' }, after: 'After they left', days: '{{n}} days', score: 'Risk from', scoreHint: '0 to 1000, by your own scores', holdout: 'Left alone, in %', holdoutHint: 'At least 5: without them nobody knows whether it helps', measure: 'Measured after, days', measureHint: 'From joining',
    reasons: 'Only who left for', anyReason: 'Any reason', noCampaign: { winback: 'There is no campaign for win-backs. Make one first.', proactive: 'There is no campaign of purpose service. Make one first.' }, consent: 'Only those who agreed to be called join, never who said stop.', start: 'Start', started: 'Started; who fits joins within the hour.',
    stop: 'Let nobody join any more', stopTitle: 'Stop “{{name}}”?', stopEffect: 'Nobody joins any more. Those who joined are still called and measured.', stopped: 'Stopped.',
  },
  scores: {
    title: 'Import risk scores', hint: 'A file with two columns: your id of the customer, and the risk from 0 to 1000. The newest score counts.', choose: 'Choose a file', read_one: '{{count}} score', read_other: '{{count}} scores', refused_one: '{{count}} line is no score: {{lines}}', refused_other: '{{count}} lines are no scores: {{lines}}', sending: 'Sent: {{percent}}', start: 'Import', taken: 'Taken', unknown: 'No such customer',
  },
  bookingEdit: {
    title: 'Move or change', startsAt: 'Day and time', zone: 'By the person’s clock: {{zone}}', host: 'With', place: 'Where', minutes: 'Minutes', movedBefore_one: 'Moved {{count}} time before: the credit stays with its setter once.', movedBefore_other: 'Moved {{count}} times before: the credit stays with its setter once.', hint: 'The person gets a new invitation.', save: 'Save', saved: 'Saved; the invitation goes out.',
  },
} as const;
