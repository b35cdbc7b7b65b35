import type { floor as en } from '../en/floor';
import type { Words } from '../words';
export const floor: Words<typeof en> = {
  floor: {
    title: 'Floor', lead: 'Kung sino ang gumagawa ng ano ngayon, at ano ang ginagawa ng mga campaign.',
    agents: 'Mga agent', campaigns: 'Mga campaign', incidents: 'Kailangang asikasuhin', noIncidents: 'Walang kailangang asikasuhin.',
    emptyTitle: 'Walang tao sa floor', empty: 'Lalabas dito ang mga agent kapag binuksan nila ang desk nila. Ilagay muna sila sa isang campaign.', noCampaigns: 'Walang tumatakbong campaign.',
    sort: 'Ayos', sortBy: { state: 'Ayon sa estado', name: 'Ayon sa pangalan', since: 'Ayon sa tagal sa estado' }, show: 'Ipakita', everybody: 'Lahat',
    silent: 'Walang senyal ang desk', act: 'Kumilos para kay {{name}}', sendAway: 'Gawing away', sendReady: 'Gawing ready', awayTitle: 'Gawing away si {{name}}?',
    awayEffect: 'Walang susunod na tawag si {{name}} hanggang mag-ready ulit. Matatapos muna ang tawag na nagaganap.', awayWhy: 'Bakit', readyTitle: 'Gawing ready si {{name}}?', readyEffect: 'Kay {{name}} mapupunta ang susunod na tawag ng campaign.',
    strip: { ringing: 'Nagri-ring', waiting: 'Naghihintay', talking: 'May kausap', ready: 'Ready', wrapping: 'Wrap-up', attempts: 'Mga subok ngayon', left: 'Natitirang tao', leadsReady: 'Puwede na ngayon', decision: 'Pacing', held: 'Dina-dial ng {{node}}', abandonedOf: '{{abandoned}} sa {{answered}} na nasagot' },
    gauge: 'Abandon rate {{rate}}, limit {{limit}}', limit: 'limit {{limit}}',
    wall: 'Wall display', wallBack: 'Bumalik sa floor',
    history: 'Mga tawag na nagaganap, huling 30 minuto', historyTalking: 'May kausap', historyRinging: 'Nagri-ring',
    stop: { button: 'Itigil ang lahat ng pag-dial', title: 'Itigil ang lahat ng pag-dial?', effect: 'Sa loob ng isang segundo, walang campaign na tatawag pa, sa alinmang machine. Matatapos muna ang mga tawag na nagaganap ({{calls}}). Makikita ng lahat kung sino ang nagtigil at bakit.', why: 'Bakit', act: 'Itigil ang lahat ng pag-dial', on: 'Itinigil ang lahat ng pag-dial', off: 'Puwedeng mag-dial',
      resume: 'Ituloy ang pag-dial', resumeTitle: 'Ituloy ang pag-dial?', resumeEffect_one: 'Magda-dial ulit ang {{count, number}} tumatakbong campaign kapag nasa oras na ito.', resumeEffect_other: 'Magda-dial ulit ang {{count, number}} tumatakbong campaign kapag nasa oras na sila.' },
  },
  queue: {
    title: 'Susuriin', lead: 'Mga tawag na hindi naitala ang resulta bago ang limit. Wala silang bilang hangga’t walang tumitingin.',
    emptyTitle: 'Walang susuriin', empty: 'Kapag lumampas ang agent sa limit ng wrap-up, maghihintay rito ang tawag para sa supervisor.',
    col: { when: 'Kailan', agent: 'Agent', person: 'Tao', call: 'Tawag' }, review: 'Suriin', code: 'Ano talaga ito', keep: 'Hayaang hindi naitala', note: 'Tala', save: 'I-save ang pagsuri', done: 'Nasuri na.', hint: 'Tanungin ang agent kung kaya. Hindi kailanman nagiging save o benta ang pagsuri: hindi binabayaran ang hindi naitala.',
  },
  calls: {
    title: 'Mga tawag', lead: 'Bawat tawag na ginawa, at kung paano ito natapos.', emptyTitle: 'Wala pang tawag', empty: 'Lalabas dito ang mga tawag sa sandaling mag-dial ang isang campaign.',
    col: { when: 'Tinawagan', person: 'Tao', campaign: 'Campaign', agent: 'Agent', ended: 'Natapos', talk: 'Usapan', outcome: 'Resulta', number: 'Numero' },
    campaign: 'Campaign', any: 'Kahit aling campaign', one: 'Tawag {{id}}', events: 'Ang nangyari', answered: 'Sinagot', connected: 'Naikonekta', ended: 'Natapos', placed: 'Tinawagan', nobody: 'Wala', up: 'Nagaganap ngayon',
  },
};
