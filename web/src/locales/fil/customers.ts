import type { customers as en } from '../en/customers';
import type { Words } from '../words';

export const customers: Words<typeof en> = {
  customers: {
    title: 'Mga customer', lead: 'Lahat ng may subscription, ayon sa billing.', import: 'Mag-import ng customer', find: 'Hanapin sa pangalan o id', emptyTitle: 'Wala pang customer', empty: 'Dumarating ang mga customer mula sa file, sa API, o sa una nilang hiling na magkansela.', nothing: 'Walang may ganoong pangalan o id.',
    col: { name: 'Customer', id: 'Id', plan: 'Plan', status: 'Subscription', tier: 'Halaga', region: 'Rehiyon' },
    pastDue: 'Lampas na sa bayaran', paused: 'Naka-pause hanggang {{when}}',
    masked: 'Sarado pa sa iyo ang account: itanong muna ang mga tanong sa tawag mo. Hangga’t hindi tama ang lahat ng sagot, pangalan lang ang makikita mo.',
    facts: 'Customer', email: 'E-mail', phones: 'Mga numero', region: 'Rehiyon', language: 'Wika', openCase: 'Gustong magkansela: buksan ang kaso',
    price: 'Presyo bawat buwan', term: 'Termino', months: '{{count}} buwan', since: 'Mula noong', next: 'Susunod na invoice', trialEnd: 'Katapusan ng trial', ends: 'Matatapos', discounts: 'Mga diskuwento', until: '{{size}} hanggang {{when}}', seen: 'Huling balita ng billing', none: 'Wala.',
    invoices: 'Mga invoice', refunded: 'ibinalik ang {{amount}}', disputed: 'May reklamo',
    orders: 'Mga order', payHere: 'Pahina ng bayad',
    requests: 'Mga hiling',
    grants: 'Ipinangako sa billing',
    calls: 'Mga tawag', offers: 'Mga offer', cases: 'Mga kaso', notes: 'Mga tala', note: 'Tala', writeNote: 'Magsulat ng tala', noteHint: 'Para sa susunod na kakausap sa kanila. Huwag kailanman maglagay ng numero ng card.', noteSaved: 'Naisulat ang tala.',
    importTitle: 'Mag-import ng customer', importHint: 'Isang CSV na may header: ang id mo ng customer at ang bayad nila bawat buwan; ang iba pa kung mayroon. Walang nagbabago kapag inulit ang file, at hindi napapatungan ang sinabi ng billing.', choose: 'Pumili ng file', importing: 'Binabasa ang file: {{percent}}', start: 'I-import', another: 'Ibang file',
    columnsHint: 'Ano ang bawat column? Hula ito mula sa header; nasa ibaba ang unang row.', data: 'Itago bilang dagdag na datos', skip: 'Huwag isama', needs: 'Sabihin kung aling column ang id mo ng customer, at alin ang bayad nila bawat buwan.',
    field: { externalId: 'Id ng customer', name: 'Pangalan', phone: 'Numero', email: 'E-mail', region: 'Rehiyon', postalCode: 'Postal code', language: 'Wika', valueTier: 'Halaga', subscriptionId: 'Id ng subscription', plan: 'Plan', price: 'Presyo bawat buwan', currency: 'Pera', term: 'Termino', startedOn: 'Nagsimula noong', tenure: 'Buwan mula nang magsimula', left: 'Umalis na', total: 'Nasingil na lahat' },
    rows: 'Mga row', added: 'Bago', known: 'Na-update', refused: 'Tinanggihan', rowReason: 'Row {{row}}: {{reason}}',
  },
};
