import type { payroll as en } from '../en/pay';
import type { Words } from '../words';

export const payroll: Words<typeof en> = {
  runs: {
    title: 'Mga pay run', lead: 'Mula sa kinita hanggang sa payroll file, hakbang-hakbang, walang nilalaktawan.', new: 'Magbukas ng run', period: 'Panahon', client: 'Kliyente',
    emptyTitle: 'Wala pang pay run', empty: 'Binabayaran ng run ang kinita hanggang sa dulo ng panahon nito. Magbukas ng isa, kalkulahin, at ipa-approve sa iba.',
    noPeriods: 'Wala pang panahon.', open: 'bukas', closed: 'sarado', opened: 'Nabuksan ang run.',
    col: { period: 'Panahon', state: 'Estado', payees: 'Mga tao', lines: 'Mga linya', total: 'Kabuuan', exceptions: 'Mga exception', run: 'Run' },
    state: { draft: 'Draft', calculated: 'Nakalkula', reviewed: 'Nasuri', approved: 'Na-approve', locked: 'Naka-lock', exported: 'Na-export', reconciled: 'Na-reconcile' },
    exceptions: 'Mga exception', exceptionsLead: 'Mga hindi mabayaran dahil walang plan na sakop sila. Wala sila sa alinmang run hangga’t hindi nalulutas.', retry: 'Subukan ulit', solved: '{{count, number}} ang nalutas.',
    exceptionCol: { who: 'Sino', why: 'Bakit', what: 'Ano', call: 'Tawag', when: 'Kailan' },
  },
  run: {
    title: 'Pay run {{id}}', lead: '{{from}} hanggang {{to}}', total: 'Kabuuan', payees: 'Mga tao', lines: 'Mga linya', exceptions: 'Mga exception', hash: 'Hash ng mga linya', fileHash: 'Hash ng file', exported: 'Nasa file',
    path: 'Ang landas', blockers: 'Ang kulang', notes: 'Mabuting malaman', ready: 'Walang sagabal.', by: '{{who}}, {{when}}', statements: 'Mga statement',
    noStatementsTitle: 'Wala pang nakalkula', noStatements: 'Kalkulahin ang run para makita kung magkano ang kanino, linya por linya.',
    step: { calculate: 'Kalkulahin', review: 'Suriin', approve: 'I-approve', lock: 'I-lock', export: 'I-export', reconcile: 'I-reconcile' },
    hint: {
      calculate: 'Ginagawa ang mga statement mula sa kinita. Puwedeng ulitin hanggang sa approval.', review: 'Tiningnan mo ang mga statement, pinakamalaki muna.',
      approve: 'Taong hindi nagkalkula at hindi binabayaran ng run.', lock: 'Isinasara ang panahon at ipino-post ang mga bayad. Sa susunod na panahon na ang mga hahabol.',
      export: 'Isinusulat ang payroll file.', reconcile: 'Natanggap na ng payroll ang file.',
    },
    again: 'Kalkulahin ulit', download: 'I-download ang payroll file', confirmTitle: '{{step}} ang run {{id}}?',
    confirm: {
      review_one: 'Sinasabi mong tiningnan mo ang {{count, number}} statement.', review_other: 'Sinasabi mong tiningnan mo ang {{count, number}} na statement.', approve_one: 'Ina-approve mo ang {{total}} para sa {{count, number}} tao. Hindi puwede kung ikaw ang nagkalkula o binabayaran ka nito.', approve_other: 'Ina-approve mo ang {{total}} para sa {{count, number}} na tao. Hindi puwede kung ikaw ang nagkalkula o binabayaran ka nito.',
      lock_one: 'Tuluyang masasara ang panahon at ipo-post ang {{total}} para sa {{count, number}} tao. Hindi na ito mababawi; sa susunod na panahon ang mga pagtatama.',
      lock_other: 'Tuluyang masasara ang panahon at ipo-post ang {{total}} para sa {{count, number}} na tao. Hindi na ito mababawi; sa susunod na panahon ang mga pagtatama.',
      export: 'Gagawin ang payroll file na may {{total}}. Hindi na magbabago ang mga byte nito pagkatapos.', reconcile: 'Sinasabi mong nabayaran na ng payroll ang {{total}}.',
    },
    stmtCol: { name: 'Pangalan', employeeNo: 'Employee no.', lines: 'Mga linya', amount: 'Halaga' }, carried: 'Inilipat', done: 'Tapos: {{step}}.',
  },
  statement: { left: 'Naiwan sa susunod na pay run', writtenOff: 'Pinatawad', title: 'Statement ni {{name}}', lead: '{{from}} hanggang {{to}} · run {{run}}', amount: 'Halaga', employeeNo: 'Employee no.', state: 'Run', lines: 'Bawat linya kasama ang tawag nito', empty: 'Walang linya.', back: 'Pumunta sa run' },
  plans: {
    title: 'Mga pay plan', lead: 'Kung magkano ang bayad sa save o benta. May bisa lang ang bersiyon kapag na-approve ng hindi sumulat nito.', new: 'Bagong plan', emptyTitle: 'Wala pang plan',
    empty: 'Sinasabi ng plan kung magkano ang bawat uri ng resulta: takdang halaga bawat isa, o bahagi ng halaga nito. Sumulat ng isa, ipa-approve, at ilagay ang mga tao.',
    col: { name: 'Plan', inForce: 'May bisa', waiting: 'Naghihintay ng approval', versions: 'Mga bersiyon' }, version: 'Bersiyon {{n}}', none: 'Wala',
    approve: 'I-approve', approved: 'In-approve ni {{name}}', approvedToast: 'Na-approve na.', waiting: 'Naghihintay ng approval', author: 'Isinulat ni {{name}}, {{when}}',
    approveTitle: 'I-approve ang bersiyon {{n}}?', approveEffect: 'May bisa na ito mula ngayon para sa lahat ng nasa plan. Hindi ito puwedeng i-approve ng sumulat.',
    perUnit: '{{amount}} sa bawat {{result}}', percent: '{{rate}} ng halaga ng bawat {{result}}', hold_one: 'Makukuha pagkalipas ng {{count, number}} araw', hold_other: 'Makukuha pagkalipas ng {{count, number}} na araw', people: 'Mga taong nasa plan na ito', assign: 'Maglagay ng tao', from: 'Mula', until: 'Hanggang', open: 'walang katapusan', nobody: 'Wala pang tao sa plan na ito. Kapag walang plan, naghihintay bilang exception ang mga resulta.', person: 'Tao', assigned: 'Nailagay na.', end: 'Tapusin', endTitle: 'Alisin si {{name}} sa plan?', endEffect: 'Mula sa araw na pipiliin mo, hindi na babayaran ng plan na ito ang mga resulta ni {{name}}.', lastDay: 'Unang araw na wala na', ended: 'Natapos na.',
  },
};
