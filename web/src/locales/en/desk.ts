export const desk = {
  desk: {
    title: 'Desk',
    state: { away: 'Away', ready: 'Ready', preview: 'Looking', ringing: 'Ringing', talking: 'Talking', wrapping: 'Wrapping up' },
    hint: {
      away: 'Nobody is connected to you.', ready: 'The next call comes by itself.', manual: 'Choose whom to call.',
      preview: 'Read, then dial or skip.', ringing: 'Connecting.', talking: 'In a call.', wrapping: 'Record the outcome.',
    },
    since: 'In this state', campaign: 'Campaign', ready: 'Go ready', pause: 'Pause', pauseFor: 'Pause for', readyAfter: 'Ready after this call',
    awayAfter: 'Away after this call', after: 'After this call: {{state}}', closedNow: '{{name}} (closed now)',
    noCampaigns: 'You are on no campaign yet. Your manager puts you on one.',
    reason: {
      break: 'Break', lunch: 'Lunch', meeting: 'Meeting', training: 'Training', technical: 'Technical trouble', other: 'Other', lost_connection: 'Connection lost',
      no_answer: 'Phone not answered', preview_timeout: 'Looked too long', forced: 'Set by a supervisor',
    },
    today: 'Today', calls: 'Calls', connected: 'Talked to', talk: 'Talk time', won: 'Saves and sales',
    callbacks: 'My callbacks', noCallbacks: 'When somebody asks to be called again, it stands here with the time there.', callNow: 'Call now',
    pay: 'My pay so far', pending: 'On hold', earned: 'Earned', paid: 'Paid', openPay: 'All lines',
    nobody: 'Nobody on the line', nobodyAway: 'Choose a campaign on the left and go ready (R). The person, the script and the offers appear here.',
    nobodyReady: 'The next person appears here as soon as somebody answers. Nothing you type is interrupted.',
    there: 'There it is', number: 'Number', attempts: 'Attempts', region: 'Region', language: 'Language', email: 'E-mail', case: 'Case {{id}}',
    note: 'Note from before', history: 'History', thisCall: 'This call', noHistory: 'First time that this person is called.', script: 'Script', noScript: 'This campaign has no script.', facts: 'What we know',
    phone: 'Phone', dial: 'Dial', skip: 'Skip', hangup: 'Hang up', hold: 'Hold', unhold: 'Take back', held: 'On hold: the person hears music', length: 'In this call', ringingSince: 'Ringing',
    offers: 'Offers', noOffers: 'No offer fits this person and campaign.', offersAt: 'Offers appear when somebody is on the line.', worth: 'Worth {{value}}', costs: 'Costs {{cost}}',
    present: 'Present', accept: 'Accepted', decline: 'Declined', presented: 'Presented', accepted: 'Accepted', declined: 'Declined', expired: 'Lapsed', declineWhy: 'Why not? (optional)',
    outcome: 'Outcome', record: 'Record', recorded: 'Recorded.', noteLabel: 'Note', reasonLabel: 'Reason', choose: 'How did it end?', wrapLeft: 'Left to wrap up', wrapOver: 'The limit has passed.',
    callbackAt: 'Call again at', appointmentAt: 'Appointment at', mine: 'I call back myself', theirTime: 'Time there ({{zone}})', day: 'Day', hour: 'Hour', minute: 'Minute', illegal: 'not a legal hour there', chooseTime: 'Choose a time first.',
    unfinished: 'Unfinished: {{name}}', unfinishedText: 'The limit passed before you recorded this call, so a supervisor reviews it. Your words are kept here until you drop them.', drop: 'Drop',
    leads: 'People to call', findLead: 'Find a person', noLeads: 'Nobody is due now.', dialPerson: 'Call {{name}}',
    keys: {
      title: 'Keyboard', lead: 'Single keys act while you are not typing. Escape leaves a field.', off: 'They can be changed or turned off on the page of your account.',
      r: 'Ready', p: 'Pause', a: 'Dial the person shown', s: 'Skip the person shown', h: 'Hold, or take back', e: 'Hang up', o: 'Offers', digits: 'Outcome of that number', c: 'Callback', n: 'Note', slash: 'Find a person (manual dialing)', x: 'Cancel it now', help: 'This list',
    },
  },
  outcome: {
    save: 'Save', sale: 'Sale', upsell: 'Upsell', appointment: 'Appointment', callback: 'Callback', not_interested: 'Not interested', lost: 'Lost',
    wrong_number: 'Wrong number', do_not_call: 'Do not call', other: 'Other', no_disposition: 'Not recorded',
  },
  pay: {
    mine: {
      title: 'My pay', lead: 'Every amount comes from a call of yours. What is on hold becomes earned when its time has passed.',
      pending: 'Being booked', advance: 'On hold', earned: 'Earned', paid: 'Paid out', lines: 'Latest lines', emptyTitle: 'Nothing earned yet',
      empty: 'When an offer of yours is accepted and recorded, it appears here within seconds, with the call it came from.', period: 'Period {{from}} to {{to}}',
    },
    holdUntil: 'earned {{when}}', each: 'each {{amount}}', rateOf: '{{rate}} of {{value}}',
    line: { kind: 'What', component: 'Part of the plan', version: 'Plan version', basis: 'Of', amount: 'Amount', call: 'Call', when: 'When', reverses: 'takes back line {{id}}' },
    kind: { accrue: 'On hold', earn: 'Earned', reverse: 'Taken back', recover: 'Recovered', payout: 'Paid out' },
  },
} as const;
