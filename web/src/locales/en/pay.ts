export const payroll = {
  runs: {
    title: 'Pay runs', lead: 'From what was earned to the payroll file, step by step, with nothing skipped.', new: 'Open a run', period: 'Period', client: 'Client',
    emptyTitle: 'No pay run yet', empty: 'A run pays what was earned up to the end of its period. Open one for the period, calculate it, and let somebody else approve it.',
    noPeriods: 'There is no period yet.', open: 'open', closed: 'closed', opened: 'Run opened.',
    col: { period: 'Period', state: 'State', payees: 'People', lines: 'Lines', total: 'Total', exceptions: 'Exceptions', run: 'Run' },
    state: { draft: 'Draft', calculated: 'Calculated', reviewed: 'Reviewed', approved: 'Approved', locked: 'Locked', exported: 'Exported', reconciled: 'Reconciled' },
    exceptions: 'Exceptions', exceptionsLead: 'What could not be paid because no plan covers it. They are in no run until they are solved.', retry: 'Try them again', solved: '{{count, number}} solved.',
    exceptionCol: { who: 'Who', why: 'Why', what: 'What', call: 'Call', when: 'When' },
  },
  run: {
    title: 'Pay run {{id}}', lead: '{{from}} to {{to}}', total: 'Total', payees: 'People', lines: 'Lines', exceptions: 'Exceptions', hash: 'Hash of the lines', fileHash: 'Hash of the file', exported: 'In the file',
    path: 'The path', blockers: 'What is missing', notes: 'Good to know', ready: 'Nothing stands in the way.', by: '{{who}}, {{when}}', statements: 'Statements',
    noStatementsTitle: 'Nothing calculated yet', noStatements: 'Calculate the run to see what it pays to whom, line by line.',
    step: { calculate: 'Calculate', review: 'Review', approve: 'Approve', lock: 'Lock', export: 'Export', reconcile: 'Reconcile' },
    hint: {
      calculate: 'Makes the statements from what was earned. Can be done again until the approval.', review: 'You have looked through the statements, the largest first.',
      approve: 'Somebody who neither calculated it nor is paid by it.', lock: 'Closes the period and posts the payouts. Later facts go to the next period.',
      export: 'Writes the payroll file.', reconcile: 'Payroll has taken the file in.',
    },
    again: 'Calculate again', download: 'Download the payroll file', confirmTitle: '{{step}} run {{id}}?',
    confirm: {
      review_one: 'You say that you have looked through {{count, number}} statement.', review_other: 'You say that you have looked through {{count, number}} statements.', approve_one: 'You approve {{total}} to {{count, number}} person. You may not if you calculated it or are paid by it.', approve_other: 'You approve {{total}} to {{count, number}} people. You may not if you calculated it or are paid by it.',
      lock_one: 'The period closes for good and {{total}} is posted to {{count, number}} person. This cannot be taken back; corrections go to the next period.',
      lock_other: 'The period closes for good and {{total}} is posted to {{count, number}} people. This cannot be taken back; corrections go to the next period.',
      export: 'The payroll file over {{total}} is made. Its bytes never change afterwards.', reconcile: 'You say that payroll has paid {{total}}.',
    },
    stmtCol: { name: 'Name', employeeNo: 'Employee no.', lines: 'Lines', amount: 'Amount' }, carried: 'Carried over', done: 'Done: {{step}}.',
  },
  statement: { left: 'Left for the next run', writtenOff: 'Written off', title: 'Statement of {{name}}', lead: '{{from}} to {{to}} · run {{run}}', amount: 'Amount', employeeNo: 'Employee no.', state: 'Run', lines: 'Every line with its call', empty: 'No lines.', back: 'To the run' },
  plans: {
    title: 'Pay plans', lead: 'What a save or a sale pays. A version is in force once somebody else than its author has approved it.', new: 'New plan', emptyTitle: 'No plan yet',
    empty: 'A plan says what each kind of result pays: an amount each, or a share of its value. Write one, have it approved, put people on it.',
    col: { name: 'Plan', inForce: 'In force', waiting: 'Waiting for approval', versions: 'Versions' }, version: 'Version {{n}}', none: 'None',
    approve: 'Approve', approved: 'Approved by {{name}}', approvedToast: 'Approved.', waiting: 'Waiting for approval', author: 'Written by {{name}}, {{when}}',
    approveTitle: 'Approve version {{n}}?', approveEffect: 'It is in force from now on for everybody on the plan. Its author may not approve it.',
    perUnit: '{{amount}} for each {{result}}', percent: '{{rate}} of the value of each {{result}}', hold_one: 'Earned after {{count, number}} day', hold_other: 'Earned after {{count, number}} days', people: 'People on this plan', assign: 'Put somebody on it', from: 'From', until: 'Until', open: 'no end', nobody: 'Nobody is on this plan yet. Without a plan, results wait as exceptions.', person: 'Person', assigned: 'Assigned.', end: 'End', endTitle: 'Take {{name}} off the plan?', endEffect: 'From the day you choose, results of {{name}} are no longer paid by this plan.', lastDay: 'First day without it', ended: 'Ended.',
  },
} as const;
