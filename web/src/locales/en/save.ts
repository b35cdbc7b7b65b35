export const save = {
  verify: {
    title: 'Who is on the line?', lead: 'Ask before you speak of the account; every answer must be right.', check: 'Check the answers', masked: 'The account is hidden until you know who is on the line.',
    wrong_one: 'Not right. {{count}} try is left on this call.', wrong_other: 'Not right. {{count}} tries are left on this call.',
  },
  saveDesk: {
    tier: 'Value', account: 'Account', month: 'Pays a month', since: 'Customer since', before: 'Before', beforeText: 'asked {{cases}} ×, stayed {{saves}} ×', first: 'asks for the first time', pastDue: 'Past due', discount: 'Discount now', open: 'All of the account', outOfOrder: 'Out of order',
    next: 'Why this offer', asked: 'They still want to leave', by: { table: 'Rule {{rule}} of the table.', bandit: 'What has been learned says it leaves most.', explore: 'Chosen to learn from it.' }, noRule: 'No rule of the table binds.', odds: '{{accept}} % say yes to it, and of them {{stick}} % are there after 90 days.', simply: 'Ask them to stay, without an offer.', permission: 'The cancellation is done. Ask: may we make you an offer?', permitted: 'They said yes', refusedPermission: 'They said no',
    title: 'Wish to cancel', law: 'What may be said here', notice: { cancel_any_time: 'Read aloud: “You can complete the cancellation at any time by saying so.”', do_not_ask_again: 'Read aloud: “You can say that you do not want to be asked again for seven days.”' },
    reason: 'Why do they want to leave?', notSaid: 'They did not say', words: 'In their own words', saveReason: 'Note reason',
    fixes: 'Try this first', specialist: 'Agree on a callback by a specialist, then record it as a callback.', solved: 'It helped: they stay', notSolved: 'It did not help', tried: 'tried',
    cancelNow: 'Cancel now', cancelling: 'Cancelling in {{seconds}} s', undo: 'Undo', cancelled: 'The cancellation goes ahead. Nothing is offered any more.',
    ask: 'Ask for approval', askWhy: 'Why? (optional)', waiting: 'A supervisor is asked', waitingText: '{{offer}}: no answer until then is a no.', approved: 'Approved: make the offer.', refused: 'Not approved.',
    override: 'Why this one and not the next?',
    evidence: 'Evidence', recorded: 'This call is recorded ({{kind}}).', unrecorded: 'This call is not recorded: the customer confirms by the link.', onRecord: 'Their agreement is on record.', makeLink: 'Make a link', copyLink: 'Copy link', copied: 'Copied.', linkWaits: 'The link waits for the customer until {{until}}.',
  },
  approvals: {
    title: 'Offers to approve', none: 'No offer waits for you.', approve: 'Approve', decline: 'Do not', asks: '{{agent}} asks', gives: 'gives {{percent}} %, costs {{cost}}', pays: 'pays {{mrr}} a month', before: '{{offers}} offers in this case, {{saves}} saves before', left: 'Left',
  },
  confirm: {
    title: 'Please confirm', agree: '{{company}} asks you to confirm what you agreed to:', noticeText: '{{company}} has recorded this for you:', confirm: 'I agree and stay', right: 'That is right', wrong: 'That is wrong', words: 'Anything you want to say (optional)', thanks: 'Thank you. Your answer is recorded.', gone: 'This link is not valid any more.', replaced: 'There is a newer link.', leave: 'Without your answer your cancellation goes ahead.',
  },
  routing: {
    title: 'Next offer', lead: 'Who decides which offer a customer hears first. Law, limits and conditions decide before it what may be offered at all.', mode: 'Decided by', modes: { script: 'The order of the offers', table: 'The table', champion_challenger: 'The table, with a challenger that learns', thompson: 'The challenger alone' }, explore: 'Cases the challenger chooses (%)', margin: 'Margin on the price (%)', stopped: 'Back to the table, because the holdout did better: {{reasons}}', rule: 'Rule', reasons: 'Reasons', anyReason: 'Any reason', condition: 'Condition (empty: everybody)', offers: 'Offers', none: 'No offer, on purpose', cases: 'Last cases', remove: 'Remove', add: 'Add a rule', preview: 'Count last cases', previewed: '{{cases}} cases looked at; no rule binds {{unbound}}, who are offered nothing.', save: 'Save', saved: 'Saved as a new version.', estimates: 'What each way would have left', tooFew: 'Not enough data yet: {{decided}} of {{needed}} decided choices.', snips: 'Weighted', robust: 'Doubly robust', interval: '{{value}} ({{low}} to {{high}})',
  },
  reasons: {
    title: 'Reasons', lead: 'Why customers leave. Agents see them in another order in each case, and no customer has to say.', add: 'Add a reason', save: 'Save reasons', saved: 'Reasons saved.', code: 'Code', name: 'Name', parent: 'Below', top: 'Top', saveable: 'Can be kept', active: 'Asked', billing: 'Billing code',
  },
  offerLimits: {
    title: 'Who and how often', eligibility: 'Condition (empty: everybody)', preview: 'Who would get this', counted: '{{eligible}} of {{subscriptions}} subscriptions', against: '{{count}} × {{clause}} does not hold', cooldown: 'Days until one of the kind again', redemptions: 'Times for one customer (0: any)', ttl: 'Minutes it holds (0: usual)', budget: 'Budget a week in cents (0: none)',
  },
  caseFilter: { find: 'Name or customer id' },
} as const;
