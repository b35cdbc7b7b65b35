import type { manage as en } from '../en/manage';
import type { Words } from '../words';

export const manage: Words<typeof en> = {
  fixes: {
    title: 'Mga lunas', lead: 'Ang maaaring lumutas sa problema ng customer bago pag-usapan ang pera. Nakikita ng ahente ang bagay sa dahilan.', emptyTitle: 'Wala pang lunas', empty: 'Checklist, feature na susubukan, o espesyalistang tatawag: mas mura sa diskuwento ang nakakatulong.',
    add: 'Magdagdag ng lunas', unnamed: 'Bagong lunas', name: 'Pangalan', code: 'Code', codeHint: 'Maliliit na titik; hindi nagbabago', kindLabel: 'Uri', kind: { fix: 'Checklist', feature: 'Feature na susubukan', specialist: 'Tatawag ang espesyalista' },
    steps: 'Mga hakbang', stepsHint: 'Isa bawat linya; mamarkahan ng ahente', reasons: 'Para sa mga dahilang ito', anyReason: 'Anumang dahilan', active: 'Ginagamit', save: 'I-save ang mga lunas', saved: 'Na-save.', remove: 'Alisin', removeTitle: 'Alisin ang lunas na ito?', removeEffect: 'Kapag na-save, hindi na ito susubukan. Mananatili ang tala ng mga nasubukan.',
  },
  authority: {
    title: 'Mga limitasyon', lead: 'Ang maaaring ibigay nang mag-isa. Kapag lumampas, tatanungin ang supervisor na sasagot sa loob ng dalawang minuto.', tiers: 'Mga alok ayon sa tungkulin at halaga', tiersHint: 'Ang linya ng antas ng customer ang masusunod; ang walang antas ay para sa lahat ng iba.', none: 'Walang limitasyon: walang kailangang magtanong, anuman ang alok.',
    role: 'Tungkulin', tier: 'Antas ng halaga', everyTier: 'Lahat ng iba', percent: 'Pinakamataas na porsiyento', cycles: 'Pinakamaraming cycle', amount: 'Pinakamataas na halaga', budget: 'Badyet kada linggo', add: 'Magdagdag ng linya', remove: 'Alisin', save: 'I-save', saved: 'Na-save.', amountHint: 'Isulat ang halaga gaya ng 20.00',
    customer: 'Ang maaaring ibigay sa isang customer', holdout: 'Walang ipinapakita, %', holdoutHint: 'Pinili nang random para masukat', holds: 'Bisa ng alok, minuto', holdsHint: 'Kung walang sinasabi ang alok', cooldown: 'Araw sa pagitan ng alok', cooldownHint: 'Pagkatapos ng tinanggap na alok', cap: 'Pinakamataas sa kabuuan', capHint: 'Habang-buhay ng customer; 0.00: walang hangganan',
    back: 'Perang ibinabalik kapag hiniling', backHint: 'Agad naaaprobahan ang refund at pagsasaayos hanggang dito. Kung walang laman, iba ang mag-aapruba sa bawat isa.', nothing: 'Laging magtanong', currency: 'Pera',
  },
  incidents: {
    title: 'Mga insidente', lead: 'Ang ipinangako sa customer na hindi pa nagawa sa pagsingil. May mag-aasikaso bago ang susunod na invoice.', state: 'Alin', states: { open: 'Bukas', closed: 'Sarado', all: 'Lahat' }, emptyTitle: 'Walang narito', empty: 'Natupad o tinutupad ang bawat pangako. Lilitaw dito ang huli o tinanggihan.',
    one: 'Pangakong hindi natupad', cause: 'Ano ang nangyari', causes: { late: 'Huli', failed: 'Tinanggihan ng pagsingil' }, due: 'Gawin bago', owner: 'Nag-aasikaso', nobody: 'Wala pa', opened: 'Mula', closed: 'Isinara', error: 'Sabi ng pagsingil', case: 'Kaso {{id}}',
    todo: { late: 'Hindi sumagot ang pagsingil. Tingnan doon kung nagawa ang pagbabago; kung oo, itala ang pangalan sa ibaba.', failed: 'Ayusin ang sanhi sa pagsingil at subukang muli, o gawin doon nang manu-mano at itala ang pangalan sa ibaba.' },
    take: 'Ako ang bahala', give: 'Ibigay kay', given: 'Naibigay.', retry: 'Subukang muli', retried: 'Tinutupad muli.', ref: 'Manu-mano: tawag ng pagsingil', refHint: 'Gaya ng di_123', settle: 'Tapos na', settled: 'Naitalang tapos.', settleTitle: 'Nagawa ba ang pagbabago sa pagsingil?', settleEffect: 'Ituturing na natupad ang pangako sa “{{ref}}” at hindi na susubukan.',
  },
  requests: {
    title: 'Mga hiling', lead: 'Ang hiniling ng mga customer sa tawag: refund, pagsasaayos, pagbabago ng account. Sinusundan hanggang matapos.', open: 'Hindi pa tapos', all: 'Lahat', emptyTitle: 'Walang narito', empty: 'Lilitaw dito ang itinala ng mga ahente para gawin ng iba.',
    customer: 'Customer', toCustomer: 'Buksan ang customer', what: 'Hiniling', amount: 'Halaga', state: 'Kalagayan', by: 'Humiling', at: 'Kailan', invoice: 'Invoice', mine: 'Ikaw ang humiling: iba ang magpapasya.',
    approve: 'Aprobahan', approveMoney: 'Aprobahan ang {{amount}}', refuse: 'Tanggihan', refuseTitle: 'Tanggihan ang hiling na ito?', refuseEffect: 'Walang magbabago. Itatanong ng customer kung bakit.', why: 'Bakit?', decided: 'Napagpasyahan.',
    pass: 'Naipasa', finish: 'Tapos na', fail: 'Hindi nagawa', failTitle: 'Hindi ba ito magagawa?', failEffect: 'Dito nagtatapos ang hiling; dapat sabihan ang customer.', moved: 'Naitala.',
  },
  billing: {
    title: 'Pagsingil', lead: 'Ang kopya natin ng mga subscription kumpara sa sistemang naniningil.', compare: 'Mga paghahambing', connection: 'Koneksiyon', nightly: 'Inihahambing gabi-gabi; ang naiiba ay kukuha ng halaga ng pagsingil.', pull: 'Ihambing ngayon', started: 'Nagsimula na ang paghahambing.', emptyTitle: 'Hindi pa naihahambing', empty: 'Kapag nakakonekta ang pagsingil, inihahambing ang dalawa gabi-gabi.',
    at: 'Simula', state: 'Kalagayan', running: 'Tumatakbo', ended: 'Tapos', withFailures: 'Hindi nabasa ang lahat', checked: 'Sinuri', differing: 'Naiiba', unread: 'Di nabasa', of: 'Paghahambing noong {{when}}', corrected: 'Ang atin ay ang dating halaga; sa pagsingil na ang halaga mula noon.', same: 'Walang naiiba',
    subscription: 'Subscription', field: 'Ano', ours: 'Atin', theirs: 'Sa pagsingil',
    unconnected: 'Walang nakakonektang pagsingil: agad itinuturing na natupad ang mga pangako, at walang sinisingil o binabago.', kind: 'Sistema', stripe: 'Stripe', webhook: 'Ang sarili nating nilagdaang interface', url: 'Address', urlHint: 'Walang laman para sa Stripe', secret: 'Lihim na key', stays: 'Walang laman: mananatili ang ginagamit', signing: 'Lihim ng ipinapadala ng pagsingil', signingHint: 'Gagamitin agad ang bago; palitan din sa pagsingil', paymentLink: 'Pahina ng pagbabayad ng order', paymentLinkHint: 'May {order} kung saan ilalagay ang numero', hook: 'Ipinapadala ng pagsingil ang mga event sa', save: 'I-save ang koneksiyon', saved: 'Na-save.', changed: 'Binago ni {{name}}, {{when}}',
    turnTitle: 'Palitan ang koneksiyon sa pagsingil?', turnEffect: 'Mula ngayon, sa sistemang ito pupunta ang mga pangako gamit ang mga lihim na ito. Tatanggihan ang nilagdaan ng lumang lihim.', test: 'Subukin ang koneksiyon', testHint: 'Binabasa ang bawat subscription at walang binabago sa pagsingil; nasa Mga paghahambing ang pagkakaiba.', testing: 'Nagbabasa: {{checked}} na.', testGood: 'Gumagana: {{checked}} ang nabasa, {{differing}} ang naiiba, {{failed}} ang di nabasa.', testBad: 'May mali: sa {{checked}}, {{failed}} ang hindi nabasa; {{differing}} ang naiiba. Suriin ang address at ang lihim.',
  },
  surveys: {
    title: 'Mga survey', lead: 'Ilang tanong pagkatapos ng tawag. Pumapasok ang marka sa mga plano ng bayad na humihingi nito.', forms: 'Mga talatanungan', answers: 'Mga sagot', add: 'Bagong talatanungan', emptyTitle: 'Wala pang talatanungan', empty: 'Tanungin ang ilang customer kung kumusta ang tawag nila.', code: 'Code', codeHint: 'Maliliit na titik; hindi nagbabago', stopped: 'Itinigil', sample: 'Bahagi ng tawag', sampleHint: 'Sa porsiyento, pinili nang random', invited: 'Tinanong', answered: 'Sumagot', mean: 'Karaniwan sa 100', version: 'Bersiyon',
    question: 'Tanong {{n}}', removeQuestion: 'Alisin ang tanong {{n}}', addQuestion: 'Magdagdag ng tanong', id: 'Code ng tanong', kindLabel: 'Sinasagot ng', kind: { scale: '0 hanggang 10', yes_no: 'Oo o hindi', text: 'Sariling salita' }, stop: 'Itinigil: wala nang tatanungin', newVersion: 'Magiging bersiyon {{n}} kapag na-save; mananatili ang sagot sa mga luma.', save: 'I-save', saved: 'Na-save.',
    noAnswers: 'Wala pang sagot', noAnswersHint: 'Lilitaw dito ang mga sagot pagdating.', at: 'Sumagot noong', score: 'Sa 100', said: 'Ang sinabi nila', call: 'Tawag', openCall: 'Buksan ang tawag',
  },
  templates: {
    title: 'Mga salita', words: 'Ang mga salita', since: 'Bersiyon {{n}} ni {{name}}, {{when}}', subject: 'Paksa', body: 'Mensahe', fields: 'Mga field:', unknown: 'Walang ganitong field sa mensaheng ito: {{fields}}', noLink: 'Kailangan ng mensaheng ito ang field ng link.', save: 'Gamitin ang mga salitang ito', saved: 'Ginagamit na mula ngayon.', preview: 'Pagdating nito', tail: 'Kusang idinadagdag sa ibaba kung paano itigil ang mga mensahe.',
    example: { person_name: 'Maria Santos', person_firstName: 'Maria', client_name: 'Acme', offer_name: '10 % bawas sa tatlong buwan', link: 'https://example.com/p/…', outcome: 'Mananatili kayo sa amin.', at: '2026-11-27 10:00 PST', host: 'Dr. Lee', place: '12 Main Street' },
  },
  objections: {
    title: 'Sinabing mali', emptyTitle: 'Walang nagsabing mali', empty: 'Lilitaw dito ang sagot ng mga customer sa “mali iyan”.', open: 'Bukas', done: 'Nalutas', silent: 'Walang ibinigay na dahilan.', case: 'Kaso {{id}}', call: 'Tawag {{id}}', resolve: 'Lutasin', resolved: 'Nalutas.', effect: 'Sabihin ang nakita at ginawa mo; mananatili ito kasama ang pangalan mo.', what: 'Ano ang kinalabasan?',
  },
  outreachForm: {
    title: 'Simulan ang tawag', name: 'Pangalan', kind: 'Uri', campaign: 'Tatawagan sa', purpose: { winback: 'Kampanyang ang layunin ay pagbawi', proactive: 'Kampanyang ang layunin ay serbisyo' }, after: 'Pagkatapos umalis', days: '{{n}} araw', score: 'Panganib mula', scoreHint: '0 hanggang 1000, ayon sa marka ninyo', holdout: 'Hindi gagalawin, %', holdoutHint: 'Hindi bababa sa 5: kung wala, hindi malalaman kung nakakatulong', measure: 'Susukatin makalipas, araw', measureHint: 'Mula sa pagsali',
    reasons: 'Ang umalis lamang dahil sa', anyReason: 'Anumang dahilan', noCampaign: { winback: 'Walang kampanya para sa pagbawi. Gumawa muna.', proactive: 'Walang kampanyang pangserbisyo. Gumawa muna.' }, consent: 'Ang pumayag lamang na tawagan ang kasali, hindi ang nagsabing tumigil.', start: 'Simulan', started: 'Nagsimula na; sasali ang mga nababagay sa loob ng isang oras.',
    stop: 'Huwag nang magpasali', stopTitle: 'Itigil ang “{{name}}”?', stopEffect: 'Wala nang sasali. Tatawagan at susukatin pa rin ang mga sumali.', stopped: 'Itinigil.',
  },
  scores: {
    title: 'Mag-import ng marka ng panganib', hint: 'File na may dalawang column: ang id ninyo ng customer, at ang panganib na 0 hanggang 1000. Ang pinakabago ang masusunod.', choose: 'Pumili ng file', read_one: '{{count}} marka', read_other: '{{count}} marka', refused_one: '{{count}} linya ang hindi marka: {{lines}}', refused_other: '{{count}} linya ang hindi marka: {{lines}}', sending: 'Naipadala: {{percent}}', start: 'I-import', taken: 'Tinanggap', unknown: 'Walang ganitong customer',
  },
  bookingEdit: {
    title: 'Ilipat o baguhin', startsAt: 'Araw at oras', zone: 'Ayon sa orasan ng tao: {{zone}}', host: 'Kasama si', place: 'Saan', minutes: 'Minuto', movedBefore_one: 'Inilipat na nang {{count}} beses: isang beses lang mananatili ang kredito sa nagtakda.', movedBefore_other: 'Inilipat na nang {{count}} beses: isang beses lang mananatili ang kredito sa nagtakda.', hint: 'Makakatanggap ang tao ng bagong imbitasyon.', save: 'I-save', saved: 'Na-save; ipinapadala ang imbitasyon.',
  },
};
