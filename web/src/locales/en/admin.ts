export const admin = {
  users: {
    title: 'People', lead: 'Who may sign in, as what, and for which clients.', new: 'Add a person', edit: 'Edit {{name}}', find: 'Find by name or e-mail', emptyTitle: 'Nobody by that name', empty: 'Try another name, or add a person.',
    col: { name: 'Name', roles: 'Roles', clients: 'Clients', employeeNo: 'Employee no.', state: 'State' }, active: 'Active', disabled: 'Disabled', simulated: 'Simulated', all: 'All',
    name: 'Name', email: 'E-mail', roles: 'Roles', allClients: 'All clients, also future ones', clients: 'Clients', employeeNo: 'Employee number in payroll', zone: 'Time zone', language: 'Language', disable: 'May not sign in', disableHint: 'Ends the person’s sessions and tokens at once.',
    create: 'Add', created: '{{name}} was added.', reset: 'Reset password', resetTitle: 'Reset the password of {{name}}?', resetEffect: 'The old password stops working and all sessions end. You see the new one once and hand it over.', password: 'Password of {{name}}', passwordHint: 'Shown this once. It must be changed at the next sign-in.', copy: 'Copy', copied: 'Copied',
  },
  clients: { title: 'Clients', lead: 'Companies whose work is done on this floor. Each sees only its own.', new: 'Add a client', name: 'Name', zone: 'Time zone of its business day', col: { name: 'Name', zone: 'Time zone', since: 'Since' }, demo: 'Demo', created: 'Client added.', emptyTitle: 'No client yet', empty: 'Every campaign belongs to a client, also if it is your own company.' },
  tokens: {
    title: 'API tokens', lead: 'For programs that work through the API. A token does what its scopes say, as far as its person may.', new: 'New token', name: 'Name', scopes: 'What it may do', expires: 'Expires (optional)', create: 'Create', secret: 'The token', secretHint: 'Shown this once. Send it as “Authorization: Bearer …”.', emptyTitle: 'No token', empty: 'Make one for each program, so that each can be revoked alone.',
    col: { name: 'Name', user: 'Person', scopes: 'Scopes', used: 'Last used', expires: 'Expires' }, never: 'Never', revoke: 'Revoke', revokeTitle: 'Revoke “{{name}}”?', revokeEffect: 'Programs that use it are refused from this moment.', revoked: 'Revoked.',
  },
  audit: { title: 'Audit log', lead: 'Who changed what, when and why. Written with the change itself; nobody can edit it.', act: 'Act', actHint: 'campaign, or campaign.start', object: 'Object', objectHint: 'campaign:12', emptyTitle: 'Nothing by these filters', empty: 'Every change leaves a line here.', col: { at: 'When', actor: 'Who', act: 'Act', object: 'What', why: 'Why', request: 'Request' } },
  system: { title: 'System health', lead: 'The same findings as the command “doctor”, with what to do about each.', emptyTitle: 'Nothing to report', empty: 'Findings appear here when something needs attention.', ok: 'Good', warn: 'Look at this', fail: 'Broken', advice: 'What to do' },
} as const;
