export const floor = {
  floor: {
    title: 'Floor', lead: 'Who does what now, and what the campaigns do.',
    agents: 'Agents', campaigns: 'Campaigns', incidents: 'Needs attention', noIncidents: 'Nothing needs attention.',
    emptyTitle: 'Nobody is on the floor', empty: 'Agents appear here as soon as they open their desk. Put them on a campaign first.', noCampaigns: 'No campaign is running.',
    sort: 'Sort', sortBy: { state: 'By state', name: 'By name', since: 'By time in state' }, show: 'Show', everybody: 'Everybody',
    silent: 'Desk is silent', act: 'Act on {{name}}', sendAway: 'Send away', sendReady: 'Make ready', awayTitle: 'Send {{name}} away?',
    awayEffect: '{{name}} gets no further call until ready again. A call in progress goes on to its end.', awayWhy: 'Why', readyTitle: 'Make {{name}} ready?', readyEffect: '{{name}} gets the next call of the campaign.',
    strip: { ringing: 'Ringing', waiting: 'Waiting', talking: 'Talking', ready: 'Ready', wrapping: 'Wrapping', attempts: 'Attempts today', left: 'People left', leadsReady: 'Ready now', decision: 'Pacing', held: 'Dialed by {{node}}', abandonedOf: '{{abandoned}} of {{answered}} answered' },
    gauge: 'Abandon rate {{rate}}, limit {{limit}}', limit: 'limit {{limit}}',
    wall: 'Wall display', wallBack: 'Back to the floor',
    history: 'Calls up now, last 30 minutes', historyTalking: 'Talking', historyRinging: 'Ringing',
    stop: { button: 'Stop all dialing', title: 'Stop all dialing?', effect: 'No campaign places another call, on any machine, within a second. Calls in progress ({{calls}}) go on to their end. Everybody sees who stopped it and why.', why: 'Why', act: 'Stop all dialing', on: 'All dialing is stopped', off: 'Dialing is allowed',
      resume: 'Let dialing go on', resumeTitle: 'Let dialing go on?', resumeEffect_one: '{{count, number}} running campaign dials again as soon as its hours are open.', resumeEffect_other: '{{count, number}} running campaigns dial again as soon as their hours are open.' },
  },
  queue: {
    title: 'To review', lead: 'Calls whose outcome was not recorded before the limit. They count as nothing until somebody has looked.',
    emptyTitle: 'Nothing to review', empty: 'When an agent lets the wrap-up limit pass, the call waits here for a supervisor.',
    col: { when: 'When', agent: 'Agent', person: 'Person', call: 'Call' }, review: 'Review', code: 'What it was', keep: 'Leave it as not recorded', note: 'Note', save: 'Save review', done: 'Reviewed.', hint: 'Ask the agent if you can. A review never makes a save or a sale: what nobody recorded is not paid.',
  },
  calls: {
    title: 'Calls', lead: 'Every call that was placed, and how it ended.', emptyTitle: 'No call yet', empty: 'Calls appear here as soon as a campaign dials.',
    col: { when: 'Placed', person: 'Person', campaign: 'Campaign', agent: 'Agent', ended: 'Ended', talk: 'Talk', outcome: 'Outcome', number: 'Number' },
    campaign: 'Campaign', any: 'Any campaign', one: 'Call {{id}}', events: 'What happened', answered: 'Answered', connected: 'Connected', ended: 'Ended', placed: 'Placed', nobody: 'Nobody', up: 'Up now',
  },
} as const;
