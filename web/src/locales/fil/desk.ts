import type { desk as en } from '../en/desk';
import type { Words } from '../words';
export const desk: Words<typeof en> = {
  desk: {
    title: 'Desk',
    state: { away: 'Away', ready: 'Ready', preview: 'Tumitingin', ringing: 'Nagri-ring', talking: 'May kausap', wrapping: 'Wrap-up' },
    hint: {
      away: 'Walang ikokonekta sa iyo.', ready: 'Kusang darating ang susunod na tawag.', manual: 'Piliin kung sino ang tatawagan.',
      preview: 'Basahin, saka mag-dial o laktawan.', ringing: 'Kumokonekta.', talking: 'Nasa tawag.', wrapping: 'Itala ang resulta.',
    },
    since: 'Tagal sa estadong ito', campaign: 'Campaign', ready: 'Mag-ready', pause: 'Pause', pauseFor: 'Dahilan ng pause', readyAfter: 'Ready pagkatapos ng tawag',
    awayAfter: 'Away pagkatapos ng tawag', after: 'Pagkatapos ng tawag: {{state}}', closedNow: '{{name}} (sarado ngayon)',
    noCampaigns: 'Wala ka pang campaign. Manager mo ang maglalagay sa iyo.',
    today: 'Ngayong araw', calls: 'Mga tawag', connected: 'Nakausap', talk: 'Oras ng usapan', won: 'Mga save at benta',
    callbacks: 'Mga callback ko', noCallbacks: 'Kapag may humiling na tawagan ulit, nandito ito kasama ang oras sa lugar nila.', callNow: 'Tawagan ngayon',
    pay: 'Kita ko sa ngayon', pending: 'Naka-hold', earned: 'Kinita', paid: 'Nabayaran', openPay: 'Lahat ng linya',
    nobody: 'Walang tao sa linya', nobodyAway: 'Pumili ng campaign sa kaliwa at mag-ready (R). Lalabas dito ang tao, ang script at ang mga offer.',
    nobodyReady: 'Lalabas dito ang susunod na tao sa sandaling may sumagot. Hindi maaantala ang tina-type mo.',
    there: 'Oras doon', attempts: 'Mga subok', region: 'Rehiyon', language: 'Wika', email: 'E-mail', case: 'Kaso {{id}}',
    note: 'Tala mula dati', history: 'Kasaysayan', thisCall: 'Tawag na ito', noHistory: 'Unang beses tatawagan ang taong ito.', script: 'Script', noScript: 'Walang script ang campaign na ito.', facts: 'Alam natin',
    phone: 'Telepono', dial: 'I-dial', skip: 'Laktawan', hangup: 'Ibaba', hold: 'I-hold', unhold: 'Alisin sa hold', held: 'Naka-hold: musika ang naririnig ng tao',
    offers: 'Mga offer', noOffers: 'Walang offer na bagay sa tao at campaign na ito.', offersAt: 'Lalabas ang mga offer kapag may tao sa linya.', worth: 'Halaga {{value}}', costs: 'Gastos {{cost}}',
    present: 'Ialok', accept: 'Tinanggap', decline: 'Tinanggihan', accepted: 'Tinanggap', declined: 'Tinanggihan', declineWhy: 'Bakit hindi? (opsiyonal)', disclosed: 'Nasabi ko ang presyo, mga kondisyon, at na puwede silang tumanggi', consentWords: 'Ang sinabi nila (itatago bilang pahintulot)',
    outcome: 'Resulta', record: 'Itala', recorded: 'Naitala na.', noteLabel: 'Tala', reasonLabel: 'Dahilan', choose: 'Paano ito natapos?', wrapLeft: 'Natitira sa wrap-up',
    callbackAt: 'Tawagan ulit sa', appointmentAt: 'Appointment sa', mine: 'Ako ang tatawag ulit', theirTime: 'Oras doon ({{zone}})', day: 'Araw', hour: 'Oras', minute: 'Minuto', illegal: 'bawal na oras doon',
    unfinished: 'Hindi pa tapos: {{name}}', unfinishedText: 'Lumampas sa limit bago mo naitala ang tawag na ito, kaya susuriin ito ng supervisor. Nandito pa ang isinulat mo hanggang itapon mo.', drop: 'Itapon',
    leads: 'Mga tatawagan', findLead: 'Maghanap ng tao', noLeads: 'Walang tatawagan ngayon.', dialPerson: 'Tawagan si {{name}}',
    keys: {
      title: 'Keyboard', lead: 'Gumagana ang mga shortcut kapag hindi ka nagta-type. Pindutin ang Escape para umalis sa field.', off: 'Puwede itong palitan o i-off sa pahina ng account mo.',
      r: 'Ready', p: 'Pause', a: 'I-dial ang ipinapakitang tao', s: 'Laktawan ang ipinapakitang tao', h: 'I-hold, o alisin sa hold', e: 'Ibaba ang tawag', o: 'Mga offer', digits: 'Resulta na may ganoong numero', c: 'Callback', n: 'Tala', v: 'Itanong kung sino ang nasa linya', l: 'Paunawang babasahin', w: 'Bakit sila aalis', f: 'Mga lunas na susubukan', k: 'Link ng pagkumpirma', slash: 'Maghanap ng tao (manual na pag-dial)', x: 'Kanselahin ngayon', help: 'Ang listahang ito',
    },
  },
  pay: {
    mine: {
      title: 'Kita ko', lead: 'Galing sa tawag mo ang bawat halaga. Nagiging kinita ang naka-hold kapag lumipas na ang panahon nito.',
      pending: 'Inililista', advance: 'Naka-hold', earned: 'Kinita', paid: 'Nabayaran', lines: 'Mga pinakabagong linya', emptyTitle: 'Wala pang kinita',
      empty: 'Kapag tinanggap at naitala ang isang offer mo, lalabas ito rito sa loob ng ilang segundo, kasama ang pinanggalingang tawag.', period: 'Panahon {{from}} hanggang {{to}}',
    },
    holdUntil: 'makukuha sa {{when}}', each: '{{amount}} bawat isa', rateOf: '{{rate}} ng {{value}}',
    line: { kind: 'Ano', component: 'Bahagi ng plan', version: 'Bersiyon ng plan', basis: 'Batayan', amount: 'Halaga', call: 'Tawag', when: 'Kailan', reverses: 'binabawi ang linya {{id}}' },
  },
};
