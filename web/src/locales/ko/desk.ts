import type { desk as en } from '../en/desk';
import type { Words } from '../words';
export const desk: Words<typeof en> = {
  desk: {
    title: '상담 화면',
    state: { away: '이석', ready: '대기', preview: '고객 확인', ringing: '호출 중', talking: '통화 중', wrapping: '후처리' },
    hint: {
      away: '통화가 연결되지 않습니다.', ready: '다음 통화가 자동으로 연결됩니다.', manual: '전화할 사람을 고르세요.',
      preview: '내용을 읽고 전화하거나 건너뛰세요.', ringing: '연결하는 중입니다.', talking: '통화 중입니다.', wrapping: '상담 결과를 기록하세요.',
    },
    since: '현재 상태 지속', campaign: '캠페인', ready: '대기 시작', pause: '일시 중지', pauseFor: '이석 사유', readyAfter: '통화 후 대기',
    awayAfter: '통화 후 이석', after: '통화 후: {{state}}', closedNow: '{{name}} (운영 시간 아님)',
    noCampaigns: '아직 배정된 캠페인이 없습니다. 매니저가 배정합니다.',
    today: '오늘', calls: '통화', connected: '상담 연결', talk: '통화 시간', won: '해지 방어와 판매',
    callbacks: '내 콜백', noCallbacks: '다시 전화해 달라는 요청이 현지 시각과 함께 여기에 표시됩니다.', callNow: '지금 전화',
    pay: '현재까지 내 수당', pending: '보류', earned: '확정', paid: '지급', openPay: '전체 내역',
    nobody: '통화 중인 고객이 없습니다', nobodyAway: '왼쪽에서 캠페인을 고르고 대기를 시작하세요(R). 고객 정보, 스크립트, 오퍼가 여기에 나타납니다.',
    nobodyReady: '응답하는 사람이 있으면 바로 여기에 나타납니다. 입력 중인 내용은 끊기지 않습니다.',
    there: '현지 시각', attempts: '발신 시도', region: '지역', language: '언어', email: '이메일', case: '해지 건 {{id}}',
    note: '이전 메모', history: '이력', thisCall: '이번 통화', noHistory: '처음 전화하는 고객입니다.', script: '스크립트', noScript: '이 캠페인에는 스크립트가 없습니다.', facts: '고객 정보',
    phone: '전화', dial: '발신', skip: '건너뛰기', hangup: '끊기', hold: '보류', unhold: '보류 해제', held: '보류 중: 고객에게 음악이 나갑니다',
    offers: '오퍼', noOffers: '이 고객과 캠페인에 맞는 오퍼가 없습니다.', offersAt: '통화가 연결되면 오퍼가 나타납니다.', worth: '가치 {{value}}', costs: '비용 {{cost}}',
    present: '제시', accept: '수락', decline: '거절', accepted: '수락함', declined: '거절함', declineWhy: '거절 사유(선택)', disclosed: '가격과 조건, 거절할 수 있음을 안내함', consentWords: '고객의 말(동의로 보관)',
    outcome: '상담 결과', record: '기록', recorded: '기록했습니다.', noteLabel: '메모', reasonLabel: '사유', choose: '상담이 어떻게 끝났나요?', wrapLeft: '남은 후처리 시간',
    callbackAt: '콜백 시각', appointmentAt: '예약 시각', mine: '내가 직접 콜백', theirTime: '현지 시각({{zone}})', day: '날짜', hour: '시', minute: '분', illegal: '현지 통화 가능 시간 아님',
    unfinished: '미완료: {{name}}', unfinishedText: '이 통화를 기록하기 전에 제한 시간이 지나 슈퍼바이저가 검토합니다. 입력한 내용은 직접 버릴 때까지 여기에 남습니다.', drop: '버리기',
    leads: '전화할 대상자', findLead: '대상자 찾기', noLeads: '지금 전화할 대상자가 없습니다.', dialPerson: '{{name}} 님에게 전화',
    keys: {
      title: '단축키', lead: '단축키는 입력 중이 아닐 때 작동합니다. Esc 키로 입력란에서 나옵니다.', off: '내 계정 페이지에서 바꾸거나 끌 수 있습니다.',
      r: '대기', p: '일시 중지', a: '표시된 고객에게 발신', s: '표시된 고객 건너뛰기', h: '보류 또는 보류 해제', e: '끊기', o: '오퍼', digits: '해당 번호의 상담 결과', c: '콜백', n: '메모', v: '본인 확인 질문', l: '읽어 줄 안내문', w: '해지 사유', f: '시도할 해결책', k: '확인 링크', slash: '대상자 찾기(수동 발신)', x: '지금 해지', help: '이 목록',
    },
  },
  pay: {
    mine: {
      title: '내 수당', lead: '모든 금액은 내가 한 통화에서 나옵니다. 보류 금액은 보류 기간이 지나면 확정됩니다.',
      pending: '반영 중', advance: '보류', earned: '확정', paid: '지급 완료', lines: '최근 내역', emptyTitle: '아직 수당이 없습니다',
      empty: '제시한 오퍼가 수락되고 기록되면 몇 초 안에 해당 통화와 함께 여기에 나타납니다.', period: '정산 기간 {{from}} ~ {{to}}',
    },
    holdUntil: '{{when}} 확정', each: '건당 {{amount}}', rateOf: '{{value}}의 {{rate}}',
    line: { kind: '구분', component: '기준 항목', version: '기준 버전', basis: '산정 기준', amount: '금액', call: '통화', when: '시각', reverses: '{{id}}번 내역 취소' },
  },
};
