import type { shell as en } from '../en/shell';
import type { Words } from '../words';

export const shell: Words<typeof en> = {
  nav: {
    requests: '요청', incidents: '사고', saveDesk: '해지 방어', fixes: '해결책', authority: '권한 한도', surveys: '설문', billing: '청구 시스템',
    label: '주 메뉴',
    conduct: '업무 행태',
    desk: '상담 화면', myPay: '내 수당', floor: '상담 현황', campaigns: '캠페인', queue: '검토 대기', calls: '통화 내역',
    offers: '오퍼', cases: '해지 건', pay: '수당 정산', plans: '수당 기준', disputes: '이의 제기', adjustments: '조정', suppressions: '발신 금지',
    payroll: '급여 시스템',
    customers: '고객',
    messages: '메시지', appointments: '예약', saves: '해지 방어', verification: '검증', experiments: '실험', outreach: '되찾기',
    reasons: '해지 사유',
    users: '사용자', clients: '고객사', tokens: 'API 토큰', audit: '감사 로그', system: '시스템 상태',
    account: '내 계정', work: '업무', money: '수당', house: '관리',
    open: '메뉴 열기', shut: '메뉴 닫기',
  },
  client: { label: '고객사', all: '모든 고객사' },
  command: {
    open: '검색 및 이동', placeholder: '페이지 또는 캠페인으로 이동', nothing: '해당하는 이름이 없습니다.', hint: 'Ctrl K',
    pages: '페이지', campaigns: '캠페인',
  },
  pulse: {
    agents: '{{count, number}}명 근무', agentsLabel: '로그인한 상담사', abandon: '포기', label: '지금 상담 현황',
    limit: '응답한 통화 중 포기된 비율. 한도는 3%입니다',
  },
  stopped: {
    title: '모든 발신이 중지되었습니다', by: '{{name}}, {{when}}', go: '상담 현황 열기',
  },
  lost: { title: '연결이 끊겼습니다', text: '화면의 내용이 최신이 아닐 수 있습니다. 통화는 계속되며, 화면은 자동으로 갱신됩니다.' },
  menu: { label: '{{name}} 계정' },
};
