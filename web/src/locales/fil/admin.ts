import type { admin as en } from '../en/admin';
import type { Words } from '../words';

export const admin: Words<typeof en> = {
  users: {
    title: 'Mga tao', lead: 'Kung sino ang puwedeng mag-sign in, bilang ano, at para sa aling mga kliyente.', new: 'Magdagdag ng tao', edit: 'I-edit si {{name}}', find: 'Hanapin sa pangalan o e-mail', emptyTitle: 'Walang ganoong pangalan', empty: 'Sumubok ng ibang pangalan, o magdagdag ng tao.',
    col: { name: 'Pangalan', roles: 'Mga role', clients: 'Mga kliyente', employeeNo: 'Employee no.', state: 'Estado' }, active: 'Aktibo', disabled: 'Hindi pinapayagan', simulated: 'Simulated', all: 'Lahat',
    name: 'Pangalan', email: 'E-mail', roles: 'Mga role', allClients: 'Lahat ng kliyente, pati ang mga darating pa', clients: 'Mga kliyente', employeeNo: 'Employee number sa payroll', zone: 'Time zone', language: 'Wika', disable: 'Bawal mag-sign in', disableHint: 'Agad na tatapusin ang mga session at token ng tao.',
    create: 'Idagdag', created: 'Naidagdag si {{name}}.', reset: 'I-reset ang password', resetTitle: 'I-reset ang password ni {{name}}?', resetEffect: 'Hindi na gagana ang lumang password at matatapos ang lahat ng session. Isang beses mo lang makikita ang bago; ibigay agad.', password: 'Password ni {{name}}', passwordHint: 'Ngayon lang ito ipapakita. Kailangan itong palitan sa susunod na pag-sign in.', copy: 'Kopyahin', copied: 'Nakopya',
  },
  clients: { title: 'Mga kliyente', lead: 'Mga kompanyang pinagtatrabahuhan ng floor na ito. Sarili lang nila ang nakikita ng bawat isa.', new: 'Magdagdag ng kliyente', name: 'Pangalan', zone: 'Time zone ng araw ng negosyo', col: { name: 'Pangalan', zone: 'Time zone', since: 'Mula noong' }, demo: 'Demo', created: 'Naidagdag ang kliyente.', emptyTitle: 'Wala pang kliyente', empty: 'May kliyente ang bawat campaign, kahit sarili mong kompanya ito.' },
  tokens: {
    title: 'Mga API token', lead: 'Para sa mga program na gumagamit ng API. Magagawa ng token ang nasa saklaw nito, hanggang sa kaya ng may-ari nito.', new: 'Bagong token', name: 'Pangalan', scopes: 'Mga puwede nitong gawin', expires: 'Mag-e-expire (opsiyonal)', create: 'Gumawa', secret: 'Ang token', secretHint: 'Ngayon lang ito ipapakita. Ipadala bilang “Authorization: Bearer …”.', emptyTitle: 'Walang token', empty: 'Gumawa ng isa para sa bawat program, para isa-isa silang mababawi.',
    col: { name: 'Pangalan', user: 'Tao', scopes: 'Saklaw', used: 'Huling gamit', expires: 'Mag-e-expire' }, never: 'Hindi kailanman', revoke: 'Bawiin', revokeTitle: 'Bawiin ang “{{name}}”?', revokeEffect: 'Mula ngayon, tatanggihan na ang mga program na gumagamit nito.', revoked: 'Nabawi na.',
  },
  audit: { title: 'Audit log', lead: 'Kung sino ang nagbago ng ano, kailan at bakit. Kasabay itong isinusulat ng pagbabago; walang makakapag-edit nito.', act: 'Ginawa', actHint: 'campaign, o campaign.start', object: 'Bagay', objectHint: 'campaign:12', emptyTitle: 'Walang tumugma sa mga filter', empty: 'Nag-iiwan ng linya rito ang bawat pagbabago.', col: { at: 'Kailan', actor: 'Sino', act: 'Ginawa', object: 'Ano', why: 'Bakit', request: 'Request' } },
  system: { title: 'Lagay ng system', lead: 'Ang mga natuklasan din ng command na “doctor”, kasama ang dapat gawin sa bawat isa.', emptyTitle: 'Walang iuulat', empty: 'Lalabas dito ang mga kailangang asikasuhin.', ok: 'Maayos', warn: 'Tingnan ito', fail: 'Sira', advice: 'Dapat gawin' },
};
