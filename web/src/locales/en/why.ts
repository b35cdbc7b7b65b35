export const why = {
  explain: {
    title: 'Why {{amount}}', lead: 'Entry {{id}}, step by step down to the call.', complete: 'Every step is there, down to the call or to what two people agreed on.',
    incomplete: 'Missing: {{missing}}. Tell payroll: an amount without its path should not be paid.', text: 'As text, to copy', open: 'Why this amount?', dispute: 'Dispute this line',
  },
  dispute: {
    title: 'Dispute {{id}} of {{name}}', lead: '{{component}}: {{claim}} missing, in their view', list: 'Disputes', listLead: 'Objections to lines of pay. Open ones first, the most urgent at the top.', emptyTitle: 'No disputes', empty: 'Whoever finds a line of their pay wrong opens a dispute from its explanation.',
    claim: 'How much is missing', message: 'Why', send: 'Send', opened: 'Opened. Somebody owes you an answer within two weeks.', sent: 'Sent.', thread: 'What was said', answerBy: 'Answer by', late: 'Late', line: 'The line', posted: 'Posted',
    who: 'Who', state: 'State', states: { open: 'Open', upheld: 'Upheld', rejected: 'Rejected', withdrawn: 'Withdrawn' }, decide: 'Decide', uphold: 'Uphold and post', reject: 'Reject', amount: 'Amount to post', decided: 'Decided.', withdraw: 'Withdraw', by: 'Decided by',
  },
  adjust: {
    title: 'Adjustments', lead: 'Amounts that no rule gave: entered by one person, decided by another.', emptyTitle: 'No adjustments', empty: 'When a line is wrong and no fact will mend it, enter what is missing with a reason and where the evidence is.',
    new: 'Enter an adjustment', writeOff: 'Write off a leaver', person: 'Person', amount: 'Amount (less than zero takes back)', currency: 'Currency', component: 'Line of the statement', reason: 'Reason', evidence: 'Evidence (a link or a file number)', note: 'Note',
    reasons: { wrong_amount: 'Wrong amount', missing_result: 'A result is missing', wrong_agent: 'Wrong agent', data_error: 'Wrong data', goodwill: 'Goodwill', plan_error: 'The plan was wrong', left: 'Has left', dispute: 'Dispute upheld' },
    states: { proposed: 'Waiting for a decision', approved: 'Approved', refused: 'Refused' }, state: 'State', entered: 'Entered by', approve: 'Approve', refuse: 'Refuse', enteredToast: 'Entered; somebody else decides on it.', decided: 'Decided.', send: 'Enter',
  },
  compare: { title: 'Since the last run', before: 'Run {{id}}, {{from}} to {{to}}', none: 'There is no run of an earlier period to compare with.', who: 'Who', was: 'Before', now: 'Now', change: 'Change' },
  mine: {
    owed: 'Owed: taken back after it was paid', reserve: 'Kept back until its day',
    plan: 'My plan in words, to sign',
    risk: 'At risk', riskLead: 'What must last until a day to be earned.', until: 'Until', results: 'Results', amount: 'Amount', nothing: 'Nothing is at risk.', whatIf: 'What if', whatIfLead: 'What more results would pay, by the plan in force today.', kind: 'Result', count: 'How many', worth: 'Worth each', ask: 'Work it out', adds: 'That would add {{amount}}.', addsNothing: 'That would add nothing.',
    notices: 'Taken back', noticesLead: 'Each time something is taken back you are told here: how much, why, from which call.', cause: 'Why', call: 'Call', when: 'When', seen: 'I have seen these', statements: 'Statements', statementsLead: 'What was paid, as pages to keep.', period: 'Period', csv: 'CSV', pdf: 'PDF', noStatements: 'No statement yet: the first comes with the first pay run.', noNotices: 'Nothing was taken back.',
  },
  evidence: { download: 'Evidence pack' },
} as const;
