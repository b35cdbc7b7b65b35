import type { customers as en } from '../en/customers';
import type { Words } from '../words';

export const customers: Words<typeof en> = {
  customers: {
    title: '고객', lead: '구독 중인 모든 고객입니다. 내용은 청구 시스템을 따릅니다.', import: '고객 가져오기', find: '이름이나 ID로 찾기', emptyTitle: '아직 고객이 없습니다', empty: '고객은 파일이나 API로, 또는 첫 해지 요청과 함께 들어옵니다.', nothing: '그런 이름이나 ID의 고객이 없습니다.',
    col: { name: '고객', id: 'ID', plan: '요금제', status: '구독', tier: '등급', region: '지역' },
    pastDue: '연체', paused: '{{when}}까지 일시 정지',
    masked: '계정을 아직 볼 수 없습니다. 먼저 통화에서 확인 질문을 하세요. 모든 답이 맞을 때까지 이름만 보입니다.',
    facts: '고객 정보', email: '이메일', phones: '전화번호', region: '지역', language: '언어', openCase: '해지를 원합니다: 해지 건 열기',
    price: '월 요금', term: '약정', months: '{{count}}개월', since: '시작일', next: '다음 청구', trialEnd: '체험 종료', ends: '종료', discounts: '할인', until: '{{when}}까지 {{size}}', seen: '청구 시스템의 최근 소식', none: '없음.',
    invoices: '청구서', refunded: '{{amount}} 환불', disputed: '이의 제기',
    orders: '주문', payHere: '결제 페이지',
    requests: '요청 사항',
    grants: '청구에 약속한 것',
    calls: '통화', offers: '오퍼', cases: '해지 건', notes: '메모', note: '메모', writeNote: '메모 남기기', noteHint: '다음에 통화할 사람을 위한 메모입니다. 카드 번호는 절대 적지 마세요.', noteSaved: '메모를 남겼습니다.',
    importTitle: '고객 가져오기', importHint: '머리글이 있는 CSV입니다. 고객 ID와 월 요금이 필요하고 나머지는 있으면 읽습니다. 같은 파일을 다시 올려도 바뀌지 않으며, 청구 시스템의 내용은 덮어쓰지 않습니다.', choose: '파일 선택', importing: '파일을 읽는 중: {{percent}}', start: '가져오기', another: '다른 파일',
    columnsHint: '각 열은 무엇인가요? 머리글로 추측했고, 아래는 첫 번째 행입니다.', data: '추가 정보로 보관', skip: '제외', needs: '고객 ID 열과 월 요금 열을 정하세요.',
    field: { externalId: '고객 ID', name: '이름', phone: '전화번호', email: '이메일', region: '지역', postalCode: '우편번호', language: '언어', valueTier: '등급', subscriptionId: '구독 ID', plan: '요금제', price: '월 요금', currency: '통화', term: '약정', startedOn: '시작일', tenure: '이용 개월 수', left: '해지 여부', total: '누적 청구액' },
    rows: '행', added: '신규', known: '갱신', refused: '거절', rowReason: '{{row}}행: {{reason}}',
  },
};
