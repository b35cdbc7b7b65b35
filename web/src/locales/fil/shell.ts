import type { shell as en } from '../en/shell';
import type { Words } from '../words';

export const shell: Words<typeof en> = {
  nav: {
    requests: 'Mga hiling', incidents: 'Mga insidente', saveDesk: 'Save desk', fixes: 'Mga lunas', authority: 'Mga limitasyon', surveys: 'Mga survey', billing: 'Pagsingil',
    label: 'Pangunahing menu',
    conduct: 'Asal sa trabaho',
    desk: 'Desk', myPay: 'Kita ko', floor: 'Floor', campaigns: 'Mga campaign', queue: 'Susuriin', calls: 'Mga tawag',
    offers: 'Mga offer', cases: 'Mga kaso', pay: 'Mga pay run', plans: 'Mga pay plan', disputes: 'Mga tutol', adjustments: 'Mga pagsasaayos', suppressions: 'Huwag tawagan',
    payroll: 'Mga payroll system',
    customers: 'Mga customer',
    messages: 'Mga mensahe', appointments: 'Mga appointment', saves: 'Mga napanatili', verification: 'Pagpapatunay', experiments: 'Mga eksperimento', outreach: 'Bawiin',
    reasons: 'Mga dahilan',
    users: 'Mga tao', clients: 'Mga kliyente', tokens: 'Mga API token', audit: 'Audit log', system: 'Lagay ng system',
    account: 'Account mo', work: 'Trabaho', money: 'Kita', house: 'Pamamahala',
    open: 'Buksan ang menu', shut: 'Isara ang menu',
  },
  client: { label: 'Kliyente', all: 'Lahat ng kliyente' },
  command: {
    open: 'Maghanap at pumunta', placeholder: 'Pumunta sa pahina o campaign', nothing: 'Walang ganoong pangalan.', hint: 'Ctrl K',
    pages: 'Mga pahina', campaigns: 'Mga campaign',
  },
  pulse: {
    agents: '{{count, number}} naka-on', agentsLabel: 'Mga agent na naka-sign on', abandon: 'abandoned', label: 'Ang floor ngayon',
    limit: 'Bahagi ng mga nasagot na tawag na na-abandon; 3% ang limit',
  },
  stopped: {
    title: 'Itinigil ang lahat ng pag-dial', by: 'ni {{name}}, {{when}}', go: 'Buksan ang floor',
  },
  lost: { title: 'Naputol ang koneksiyon', text: 'Baka luma na ang nakikita mo. Tuloy ang mga tawag; kusang hahabol ang pahina.' },
  menu: { label: 'Account ni {{name}}' },
};
