import type { gaming as en } from '../en/gaming';
import type { Words } from '../words';

export const gaming: Words<typeof en> = {
  gaming: {
    title: 'Asal sa trabaho',
    lead: 'Mga ginawa ng ahente nang higit sa pagkakataon at sa mga kasamahan. Naghihintay ang bayad sa mga resultang ito hanggang may tumingin.',
    look: 'Tingnan ngayon', looked: 'Natingnan: {{found}} nakita, {{added}} bagong ebidensya.', last: 'Huling tingin {{at}}', never: 'Wala pang tumingin. Ginagawa ito gabi-gabi.',
    rules: 'Mga hangganan', back: 'Bumalik sa mga nakita',
    emptyTitle: 'Walang kapansin-pansin', empty: 'Gabi-gabing tinitingnan ang labing-apat na uri. Dito lalabas ang makikita.',
    col: { agent: 'Tungkol kay', pattern: 'Uri', state: 'Estado', hits: 'Gaano kadalas', peers: 'Mga kasamahan', results: 'Bayad na sangkot', opened: 'Mula' },
    filter: { state: 'Estado', pattern: 'Uri', any: 'Anumang estado', waiting: 'Naghihintay', anyPattern: 'Anumang uri' },
    state: { open: 'Bukas', proposed: 'Iminungkahi', cleared: 'Walang sala', confirmed: 'Kumpirmado' },
    of: '{{hits}} sa {{trials}}', share: '{{share}} %',
    numbers: 'Mga bilang', basis: 'Itinuring na karaniwan', chance: 'Tsansa kung karaniwan', evidence: 'Ebidensya', open: 'Tingnan ang nakitang ito',
    piece: { when: 'Kailan', what: 'Ano', call: 'Tawag', case: 'Kaso', seconds: 'Tagal', outcome: 'Itinala bilang', value: 'Halaga', decided: 'Pasya' },
    kind: { call: 'Tawag', result: 'Resulta', case: 'Kaso', grant: 'Pangako', approval: 'Pag-apruba' },
    history: 'Mga sinabi', found: 'Nakita', reopened: 'Binuksan muli', house: 'Ang sistema',
    clear: 'Walang sala', confirm: 'Kumpirmahin', keys: 'Mga key: C walang sala, X kumpirmahin',
    clearTitle: 'Ideklarang walang sala?', clearEffect: 'Kasama na sa susunod na bayaran ang naghihintay na bayad ng {{count, number}} resulta. Hindi na titingnan muli ang parehong ebidensya.',
    confirmTitle: 'Kumpirmahin ang nakita?', proposeEffect: 'Babawiin ang bayad ng {{count, number}} resulta kapag may iba pang nagkumpirma. Hanggang doon, naghihintay ito.',
    confirmEffect: 'Babawiin ang bayad ng {{count, number}} resulta at sasabihan ang ahente.', noPay: 'Walang bayad na babawiin dito.',
    note: 'Ano ang nalaman mo?', done: 'Naitala.', proposedBy: 'Iminungkahi ito ni {{name}}: iba ang magkukumpirma.',
    pattern: {
      phantom_save: 'Pananatiling itinanggi ng customer', dropped_call: 'Ibinababa sa halip na kanselahin', fake_cancel: '“Kanselado na”, pero naka-pause lang',
      immature_save: 'Pananatiling hindi tumatagal', denominator: 'Talo na itinala bilang iba', no_intent: 'Pananatili ng hindi naman aalis',
      open_promise: 'Pananatili na may bukas na pangako', resaving: 'Parehong customer muli', max_discount: 'Pinakamalaking diskuwento agad',
      resign: 'Kinansela at ibinenta muli', promise_not_kept: 'Pangakong hindi natupad', upsell_padding: 'Dagdag na inaalis din',
      rubber_stamp: 'Inaaprubahan nang hindi binabasa', gate_rush: 'Pananatili sa huling mga araw ng buwan',
    },
    rulesLead: 'Kung kailan ipapakita sa tagasuri ang asal. Bisa mula sa susunod na tingin; mananatili ang nakita na.',
    window: 'Ilang araw pabalik', falseShare: 'Inaasahang maling nakita, hanggang (%)', save: 'Itago ang mga hangganan', saved: 'Naitago ang mga hangganan.',
    rule: { pattern: 'Uri', on: 'Hinahanap', trials: 'Pagkakataon, kahit', hits: 'Beses, kahit', basis: 'Karaniwan hanggang (%)', limit: 'Hangganan' },
    unit: { seconds: 'segundo', hours: 'oras', days: 'araw', basis_points: '% bawas', none: '–' },
    held: 'Sinusuri', heldLead: 'May tumitingin kung paano nangyari ang mga resultang ito. Hindi babayaran hanggang mapagpasyahan: pagkatapos ay kasama sa susunod na bayaran, o babawiin at sasabihin sa iyo kung bakit.',
    heldRun: 'Hindi isinama sa bayarang ito dahil sinusuri ang mga resulta. Kapag walang sala, kasama sa susunod.',
    heldSince: 'Mula', heldResult: 'Resulta', heldAgent: 'Ahente', heldAmount: 'Halaga',
  },
};
