import type { retention as en } from '../en/retention';
import type { Words } from '../words';
export const retention: Words<typeof en> = {
  offers: {
    title: 'Mga offer', lead: 'Mga puwedeng ialok ng agent, ayon sa pagkakasunod ng pagsubok. Bagong bersiyon ang bawat pagbabago; nananatili sa tawag ang ipinakita nito.', new: 'Bagong offer', emptyTitle: 'Wala pang offer',
    empty: 'May sasabihin ng agent, mga kondisyon, at halaga ng oo ang offer: ang batayan ng kita. Kung wala nito, walang maitatalang benta o save.',
    showRetired: 'Ipakita ang mga itinigil', edit: 'I-edit', retire: 'Itigil', retireTitle: 'Itigil ang “{{name}}”?', retireEffect: 'Hindi na ito maiaalok ng sinumang agent. Mananatili ang mga tinanggap na.', retired: 'Itinigil',
    col: { name: 'Offer', kind: 'Uri', result: 'Bilang', value: 'Halaga', cost: 'Gastos', purposes: 'Ipinapakita sa', rank: 'Ayos', version: 'Bersiyon' },
    code: 'Code', codeHint: 'Maliliit na letra, numero, _ at -. Hindi na ito nagbabago.', name: 'Pangalan', kind: 'Uri', result: 'Ang oo ay bilang', say: 'Sasabihin ng agent', sayHint: 'Kusang pinupunan ang mga field gaya ng {{field}}.', value: 'Halaga ng oo', cost: 'Gastos', currency: 'Pera', purposes: 'Ipinapakita sa mga campaign para sa', rank: 'Ayos (pinakamababa muna)', create: 'Gumawa ng offer', save: 'I-save bilang bagong bersiyon', saved: 'Na-save ang offer.', valueHint: 'Para sa save, 0 ang ibig sabihin ay isang buwan ng subscription.',
    term: { product: 'Produkto', months: 'Buwan', minutes: 'Minuto', percent: 'Porsiyento', cycles: 'Mga billing cycle', amount: 'Halaga', plan: 'Plan', ticket: 'Ticket', days: 'Araw', price: 'Bagong presyo bawat buwan' },
  },
  cases: {
    title: 'Mga kaso', lead: 'Mga customer na gustong magkansela, ayon sa araw na dapat itong mapagpasyahan.', import: 'Mag-import ng mga request', emptyTitle: 'Walang kaso', empty: 'Kapag humiling ang customer na magkansela, sa API o sa file, may bubukas na kaso at mapupunta ang lead nito sa save campaign.',
    col: { customer: 'Customer', state: 'Estado', reason: 'Dahilan', mrr: 'Bawat buwan', due: 'Pasya bago', requested: 'Hiniling', owner: 'Agent' }, any: 'Kahit anong estado', open: 'Bukas',
    one: 'Kaso {{id}}', plan: 'Plan', price: 'Presyo bawat buwan', tier: 'Antas', status: 'Subscription', source: 'Dumating sa', timeline: 'Ang nangyari', presentations: 'Mga inialok', noPresentations: 'Wala pang inialok.', unsaveable: 'Walang tatawagan: walang maisasalba sa dahilang ito.', closed: 'Sarado',
    importTitle: 'Mag-import ng mga request na magkansela', importHint: 'CSV na may mga column na customer_id, phone, monthly_charge, reason_code at iba pa. Walang nagbabago kung iisang file ang i-import nang dalawang beses.', choose: 'Pumili ng file', importing: 'Binabasa ang file: {{percent}}',
    rows: 'Mga row', opened: 'Mga nabuksang kaso', duplicates: 'Kilala na', refused: 'Tinanggihan', rowReason: 'Row {{row}}: {{reason}}',
  },
  suppressions: {
    title: 'Huwag tawagan', lead: 'Mga numerong hindi kailanman tatawagan. Agad na lalabas sa pila ang idinagdag dito, kahit tatawagan na sana.', add: 'Magdagdag ng numero', number: 'Numero', reason: 'Dahilan', find: 'Maghanap ng numero', emptyTitle: 'Walang numero sa listahan', empty: 'Napupunta rito ang numero kapag nagtala ang agent ng “huwag tawagan”, sa import, o mano-mano.', nothing: 'Walang ganoong numero sa listahan.',
    col: { number: 'Numero', reason: 'Dahilan', source: 'Dumating sa', by: 'Nagdagdag', when: 'Kailan' }, remove: 'Alisin', removeTitle: 'Alisin ang {{number}} sa listahan?', removeEffect: 'Puwede na ulit tawagan ang numero mula ngayon. Itatala kung sino ang gumawa nito at bakit.', why: 'Bakit', added: 'Naidagdag: hindi na ito tatawagan.', removed: 'Naalis na.', client: 'Kliyente',
  },
};
