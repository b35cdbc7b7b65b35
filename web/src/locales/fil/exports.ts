import type { exportWords as en } from '../en/exports';
import type { Words } from '../words';

export const exportWords: Words<typeof en> = {
  law: {
    title: 'Ang sabi ng batas', lead: '{{rules}} na tuntunin ang tiningnan; {{held}} ang walang nakita. Payo ito ng programa at hindi payong legal.',
    open_one: '{{count, number}} na natuklasan ang naghihintay ng sagot', open_other: '{{count, number}} na natuklasan ang naghihintay ng sagot', openHint: 'Ayusin ang mga ito, o ipasulat sa taong hindi nagkalkula ng run kung bakit puwedeng ituloy. Hindi maa-approve ang run bago iyon.',
    answer: 'Sagutin ito', answered: 'Nasagot na.', reason: 'Bakit puwedeng ituloy ang run',
    col: { severity: 'Bigat', rule: 'Tuntunin', what: 'Natuklasan', answer: 'Sagot' },
    severity: { block: 'Humaharang', warn: 'May utang o panganib', advice: 'Mabuting malaman', missing_facts: 'Kulang ang datos' },
  },
  exports: {
    title: 'Mga file para sa payroll system', settings: 'Mga code at layout', layout: 'Layout', make: 'Gawin ang mga file', made: '{{title}}, rebisyon {{revision}}.',
    later: 'Kapag na-export na ang run, magagawa ang mga file sa layout ng payroll system ninyo.', manifest: 'Manifest',
    feed: 'Regular-rate feed: ang mga linggo ng trabaho ng bawat insentibo', accounting: 'Accounting: mga komisyon ayon sa kontrata at tagal',
    col: { layout: 'Layout', batch: 'Batch', rows: 'Mga row', totals: 'Mga kabuuan', files: 'Mga file', when: 'Kailan' },
  },
  payroll: {
    title: 'Mga payroll system', lead: 'Ang sinasabi sa payroll system, sa libro at sa batas: mga code, tao, oras, at sarili ninyong layout.', saved: 'Na-save.', save: 'I-save', remove: 'Alisin', up: 'Itaas', down: 'Ibaba', yes: 'Oo', no: 'Hindi',
    settings: 'Kompanya at mga code', company: 'Code ng kompanya', companyHint: 'Co Code, IID o Client ID', frequency: 'Dalas ng sahod', frequencies: { W: 'Lingguhan', B: 'Tuwing dalawang linggo', S: 'Dalawang beses sa buwan', M: 'Buwanan' },
    expense: 'Account ng gastos', liability: 'Account ng utang', method: 'Paghahati sa mga linggo', methods: { by_week_earned: 'Ayon sa linggong kinita', equal_week: 'Pantay sa bawat linggo', equal_hour: 'Pantay sa bawat oras' },
    cycle: 'Kinakalkula ang komisyon', cycles: { weekly: 'lingguhan', biweekly: 'tuwing dalawang linggo', semimonthly: 'dalawang beses sa buwan', monthly: 'buwanan' }, weekStart: 'Nagsisimula ang linggo sa', disputeDays: 'Mga araw para sagutin ang pagtutol',
    weekday: { sunday: 'Linggo', monday: 'Lunes', tuesday: 'Martes', wednesday: 'Miyerkules', thursday: 'Huwebes', friday: 'Biyernes', saturday: 'Sabado' },
    addCode: 'Magdagdag ng bahagi', code: 'Code {{n}}', component: 'Bahagi', earningCode: 'Earning code', earningName: 'Pangalan', kind: 'Uri', kinds: { flat_sum: 'Takdang halaga', production: 'Produksiyon', commission: 'Komisyon' },
    basic13th: '13th month (PH)', avgWage: 'Karaniwang sahod (KR)', months: 'Tagal ng benepisyo sa buwan',
    people: 'Mga tao', peopleHint: 'Mga numero at pangalan ayon sa payroll system, at ang hinihingi ng batas sa bawat isa.',
    person: {
      name: 'Pangalan', id: 'Numero', employeeId: 'Payroll id', firstName: 'Unang pangalan', lastName: 'Apelyido', title: 'Titulo', payGroup: 'Pay group', department: 'Departamento', jurisdiction: 'Hurisdiksiyon', status: 'Katayuan', frequency: 'Dalas',
      signedOn: 'Pinirmahan ang plano noong', receivedOn: 'Natanggap ang kopya noong', leftOn: 'Umalis noong', nettingConsent: 'Pumapayag na ibawas sa sahod ang dapat ibalik (Korea)',
    },
    statuses: { nonexempt: 'May bayad ang overtime', exempt_7i: 'Exempt, tingian o serbisyo', exempt_inside_sales: 'Exempt, inside sales', exempt: 'Exempt', contractor: 'Kontratista' },
    hours: 'Mga oras bawat linggo', hoursHint: 'CSV file na may employee_no, workweek_start, work at overtime; wage, premium_paid, minimum_wage at currency kung alam. Lahat ng row ang binabasa o wala.', hoursChoose: 'Pumili ng file', hoursDone_one: 'Nabasa ang {{count, number}} na linggo.', hoursDone_other: 'Nabasa ang {{count, number}} na linggo.',
    layouts: 'Mga layout', layoutsHint: 'Isinusulat ang mga ito nang eksakto. Para sa ibang system, magsimula ng mapping sa pinakamalapit.', mappings: 'Mga sarili ninyong mapping', mapping: 'Mapping', newMapping: 'Bagong mapping', beginWith: 'Magsimula sa {{title}}',
    col: { mapping: 'Mapping', kind: 'File', columns: 'Mga column' }, name: 'Pangalan', delimiter: 'Sa pagitan ng column', delimiters: { comma: 'Kuwit', semicolon: 'Tuldok-kuwit', tab: 'Tab', pipe: 'Guhit' }, dates: 'Pagsulat ng araw', fileName: 'Pangalan ng file', fileNameHint: 'puwedeng may {run}, {batch}, {company}, {from}, {to}',
    flag: { header: 'Pangalan ng column sa unang linya', crlf: 'Windows na dulo ng linya', bom: 'Marka para sa Excel', ascii: 'Walang tuldik', negative: 'Tumatanggap ng halagang mas mababa sa zero' },
    column: 'Column {{n}}', heading: 'Pamagat', content: 'Ang laman', blank: 'Blangko', constant: 'Takdang teksto', pad: 'Mga digit', addColumn: 'Magdagdag ng column',
    tryOn: 'Subukan sa', try: 'Ipakita ang file', cannot: 'Hindi kasya ang run na ito', noRuns: 'Magkalkula muna ng run para masubukan ang mapping.',
  },
};
