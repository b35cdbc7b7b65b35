import type { why as english } from '../en/why';
import type { Words } from '../words';

export const why: Words<typeof english> = {
  explain: {
    title: 'Bakit {{amount}}', lead: 'Tala {{id}}, bawat hakbang hanggang sa tawag.', complete: 'Narito ang bawat hakbang, hanggang sa tawag o sa pinagkasunduan ng dalawang tao.',
    incomplete: 'Kulang: {{missing}}. Sabihin sa payroll: hindi dapat bayaran ang halagang walang pinagmulan.', text: 'Bilang teksto, para makopya', open: 'Bakit ganito ang halaga?', dispute: 'Tutulan ang linyang ito',
  },
  dispute: {
    title: 'Tutol {{id}} ni {{name}}', lead: '{{component}}: {{claim}} ang kulang, ayon sa kanila', list: 'Mga tutol', listLead: 'Mga tutol sa mga linya ng sahod. Nauuna ang bukas, nasa itaas ang pinakamadalian.', emptyTitle: 'Walang tutol', empty: 'Ang makakita ng maling linya sa sahod niya ay magbubukas ng tutol mula sa paliwanag nito.',
    claim: 'Magkano ang kulang', message: 'Bakit', send: 'Ipadala', opened: 'Nabuksan. May sasagot sa iyo sa loob ng dalawang linggo.', sent: 'Naipadala.', thread: 'Ang napag-usapan', answerBy: 'Sagutin bago', late: 'Huli na', line: 'Ang linya', posted: 'Naitala',
    who: 'Sino', state: 'Kalagayan', states: { open: 'Bukas', upheld: 'Kinatigan', rejected: 'Tinanggihan', withdrawn: 'Binawi' }, decide: 'Pasyahan', uphold: 'Katigan at itala', reject: 'Tanggihan', amount: 'Halagang itatala', decided: 'Napasyahan.', withdraw: 'Bawiin', by: 'Pinasyahan ni',
  },
  adjust: {
    title: 'Mga pagsasaayos', lead: 'Mga halagang hindi galing sa tuntunin: isa ang naglagay, iba ang nagpasya.', emptyTitle: 'Walang pagsasaayos', empty: 'Kapag mali ang isang linya at walang makapagtatama nito, ilagay ang kulang kasama ang dahilan at katibayan.',
    new: 'Maglagay ng pagsasaayos', writeOff: 'Patawarin ang utang ng umalis', person: 'Tao', amount: 'Halaga (kulang sa sero ay bawi)', currency: 'Salapi', component: 'Linya ng pahayag', reason: 'Dahilan', evidence: 'Katibayan (link o numero ng papel)', note: 'Tala',
    reasons: { wrong_amount: 'Maling halaga', missing_result: 'May kulang na resulta', wrong_agent: 'Maling ahente', data_error: 'Maling datos', goodwill: 'Kagandahang-loob', plan_error: 'Mali ang plano', left: 'Umalis na', dispute: 'Kinatigang tutol' },
    states: { proposed: 'Hinihintay ang pasya', approved: 'Naaprubahan', refused: 'Tinanggihan' }, state: 'Kalagayan', entered: 'Inilagay ni', approve: 'Aprubahan', refuse: 'Tanggihan', enteredToast: 'Nailagay; iba ang magpapasya.', decided: 'Napasyahan.', send: 'Ilagay',
  },
  compare: { title: 'Mula noong huling pay run', before: 'Pay run {{id}}, {{from}} hanggang {{to}}', none: 'Walang naunang pay run na maihahambing.', who: 'Sino', was: 'Dati', now: 'Ngayon', change: 'Pagbabago' },
  mine: {
    owed: 'Utang: binawi matapos mabayaran', reserve: 'Itinabi hanggang sa araw nito',
    plan: 'Ang plano ko sa salita, para pirmahan',
    risk: 'Maaari pang bawiin', riskLead: 'Ang dapat tumagal hanggang sa araw na iyon para kitain.', until: 'Hanggang', results: 'Mga resulta', amount: 'Halaga', nothing: 'Walang maaaring bawiin.', whatIf: 'Paano kung', whatIfLead: 'Magkano ang madadagdag ng iba pang resulta, ayon sa planong umiiral ngayon.', kind: 'Resulta', count: 'Ilan', worth: 'Halaga bawat isa', ask: 'Kuwentahin', adds: 'Madadagdagan ng {{amount}}.', addsNothing: 'Walang madadagdag.',
    notices: 'Mga binawi', noticesLead: 'Tuwing may binabawi, sinasabi rito: magkano, bakit, aling tawag.', cause: 'Bakit', call: 'Tawag', when: 'Kailan', seen: 'Nakita ko na ang mga ito', statements: 'Mga pahayag ng sahod', statementsLead: 'Ang nabayaran, bilang mga pahinang maitatabi.', period: 'Panahon', csv: 'CSV', pdf: 'PDF', noStatements: 'Wala pang pahayag: darating ang una kasama ng unang pay run.', noNotices: 'Walang binawi.',
  },
  evidence: { download: 'Pakete ng katibayan' },
};
