import type { save as en } from '../en/save';
import type { Words } from '../words';

export const save: Words<typeof en> = {
  verify: {
    title: 'Sino ang nasa linya?', lead: 'Magtanong bago pag-usapan ang account; dapat tama ang bawat sagot.', check: 'Suriin ang mga sagot', masked: 'Nakatago ang account hangga’t hindi mo alam kung sino ang nasa linya.',
    wrong_one: 'Hindi tama. {{count}} subok na lang sa tawag na ito.', wrong_other: 'Hindi tama. {{count}} pang subok sa tawag na ito.',
  },
  saveDesk: {
    tier: 'Halaga', account: 'Account', month: 'Bayad kada buwan', since: 'Kostumer mula', before: 'Dati', beforeText: '{{cases}} × humiling, {{saves}} × nanatili', first: 'unang beses humiling', pastDue: 'Lampas sa takda', discount: 'Diskuwento ngayon', open: 'Buong account', outOfOrder: 'Wala sa ayos',
    next: 'Bakit ang alok na ito', asked: 'Gusto pa rin nilang umalis', by: { table: 'Tuntunin {{rule}} ng talahanayan.', bandit: 'Ayon sa natutunan, ito ang may pinakamalaking natitira.', explore: 'Pinili para may matutunan.' }, noRule: 'Walang tuntuning tugma.', odds: '{{accept}} % ang tumatanggap, at {{stick}} % sa kanila ang naririto pa pagkaraan ng 90 araw.', simply: 'Hilinging manatili sila, nang walang alok.', permission: 'Tapos na ang pagkansela. Itanong: puwede ba kaming mag-alok?', permitted: 'Pumayag sila', refusedPermission: 'Hindi sila pumayag',
    title: 'Gustong magkansela', law: 'Ang puwedeng sabihin dito', notice: { cancel_any_time: 'Basahin: “Puwede mong tapusin ang pagkansela anumang oras kapag sinabi mo.”', do_not_ask_again: 'Basahin: “Puwede mong sabihing huwag ka nang tanungin sa loob ng pitong araw.”' },
    reason: 'Bakit gusto nilang umalis?', notSaid: 'Hindi nila sinabi', words: 'Sa sarili nilang salita', saveReason: 'Itala ang dahilan',
    fixes: 'Subukan muna ito', specialist: 'Magkasundo sa callback ng espesyalista, saka itala bilang callback.', solved: 'Nakatulong: mananatili sila', notSolved: 'Hindi nakatulong', tried: 'nasubukan',
    cancelNow: 'Kanselahin ngayon', cancelling: 'Kakanselahin sa {{seconds}} s', undo: 'Bawiin', cancelled: 'Tuloy ang pagkansela. Wala nang iaalok.',
    ask: 'Humingi ng approval', askWhy: 'Bakit? (opsiyonal)', waiting: 'Tinanong ang supervisor', waitingText: '{{offer}}: kung walang sagot hanggang doon, hindi ang sagot.', approved: 'Aprubado: ialok na.', refused: 'Hindi aprubado.',
    override: 'Bakit ito at hindi ang susunod?',
    evidence: 'Ebidensiya', recorded: 'Naka-record ang tawag na ito ({{kind}}).', unrecorded: 'Hindi naka-record ang tawag: sa link magkukumpirma ang customer.', onRecord: 'Nakatala ang pagsang-ayon nila.', makeLink: 'Gumawa ng link', copyLink: 'Kopyahin ang link', copied: 'Nakopya.', linkWaits: 'Naghihintay ang link sa customer hanggang {{until}}.',
  },
  approvals: {
    title: 'Mga offer na aaprubahan', none: 'Walang offer na naghihintay sa iyo.', approve: 'Aprubahan', decline: 'Huwag', asks: 'Humihiling si {{agent}}', gives: 'nagbibigay ng {{percent}} %, gastos {{cost}}', pays: 'nagbabayad ng {{mrr}} bawat buwan', before: '{{offers}} offer sa kasong ito, {{saves}} save dati', left: 'Natitira',
  },
  confirm: {
    title: 'Pakikumpirma', agree: 'Hinihiling ng {{company}} na kumpirmahin mo ang sinang-ayunan mo:', noticeText: 'Ito ang itinala ng {{company}} para sa iyo:', confirm: 'Sang-ayon ako at mananatili', right: 'Tama iyan', wrong: 'Mali iyan', words: 'Gusto mong sabihin (opsiyonal)', thanks: 'Salamat. Naitala ang sagot mo.', gone: 'Hindi na balido ang link na ito.', replaced: 'May mas bagong link.', leave: 'Kung wala kang sagot, tuloy ang pagkansela mo.',
  },
  routing: {
    title: 'Susunod na alok', lead: 'Sino ang nagpapasya kung aling alok ang unang maririnig ng customer. Batas, limitasyon at kondisyon muna ang nagsasabi kung puwedeng mag-alok.', mode: 'Nagpapasya', modes: { script: 'Ang ayos ng mga alok', table: 'Ang talahanayan', champion_challenger: 'Talahanayan, may katunggaling natututo', thompson: 'Ang katunggali lamang' }, explore: 'Mga kasong pinipili ng katunggali (%)', margin: 'Tubo sa presyo (%)', stopped: 'Ibinalik sa talahanayan dahil mas mabuti ang holdout: {{reasons}}', rule: 'Tuntunin', reasons: 'Mga dahilan', anyReason: 'Kahit anong dahilan', condition: 'Kondisyon (walang laman: lahat)', offers: 'Mga alok', none: 'Walang alok, sinadya', cases: 'Mga huling kaso', remove: 'Alisin', add: 'Magdagdag ng tuntunin', preview: 'Bilangin ang mga huling kaso', previewed: '{{cases}} kaso ang tiningnan; walang tuntunin para sa {{unbound}}, kaya walang alok.', save: 'I-save', saved: 'Na-save bilang bagong bersyon.', estimates: 'Ang natira sana sa bawat paraan', tooFew: 'Kulang pa ang datos: {{decided}} sa {{needed}} napagpasyahang pili.', snips: 'May timbang', robust: 'Dobleng matatag', interval: '{{value}} ({{low}} hanggang {{high}})',
  },
  reasons: {
    title: 'Mga dahilan', lead: 'Bakit umaalis ang mga customer. Iba ang ayos nito sa bawat kaso, at hindi kailangang sabihin ng customer.', add: 'Magdagdag ng dahilan', save: 'I-save ang mga dahilan', saved: 'Na-save ang mga dahilan.', code: 'Code', name: 'Pangalan', parent: 'Nasa ilalim ng', top: 'Itaas', saveable: 'Maisasalba', active: 'Itinatanong', billing: 'Billing code',
  },
  offerLimits: {
    title: 'Sino at gaano kadalas', eligibility: 'Kondisyon (walang laman: lahat)', preview: 'Sino ang makakakuha nito', counted: '{{eligible}} sa {{subscriptions}} subscription', against: '{{count}} × hindi totoo ang {{clause}}', cooldown: 'Araw bago muli ang ganitong uri', redemptions: 'Beses sa isang customer (0: kahit ilan)', ttl: 'Minutong may bisa (0: karaniwan)', budget: 'Budget bawat linggo sa sentimo (0: wala)',
  },
  caseFilter: { find: 'Pangalan o customer id' },
};
