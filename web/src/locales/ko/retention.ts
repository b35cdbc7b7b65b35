import type { retention as en } from '../en/retention';
import type { Words } from '../words';
export const retention: Words<typeof en> = {
  offers: {
    title: '오퍼', lead: '상담사가 제시할 수 있는 혜택을 시도하는 순서대로 보여 줍니다. 변경하면 새 버전이 되며, 이미 제시한 통화에는 그때의 버전이 남습니다.', new: '새 오퍼', emptyTitle: '오퍼가 없습니다',
    empty: '오퍼에는 상담사의 안내 문구, 조건, 그리고 수락 시의 가치(수당 산정 기준)가 있습니다. 오퍼가 없으면 판매나 해지 방어를 기록할 수 없습니다.',
    showRetired: '중단된 오퍼 표시', edit: '편집', retire: '중단', retireTitle: '“{{name}}” 오퍼를 중단할까요?', retireEffect: '상담사가 더 이상 제시할 수 없습니다. 이미 수락된 내역은 그대로 남습니다.', retired: '중단됨',
    col: { name: '오퍼', kind: '종류', result: '실적 구분', value: '가치', cost: '비용', purposes: '표시 대상', rank: '순서', version: '버전' },
    code: '코드', codeHint: '영문 소문자, 숫자, _ 와 - 만 쓸 수 있고 나중에 바꿀 수 없습니다.', name: '이름', kind: '종류', result: '수락 시 실적 구분', say: '상담사 안내 문구', sayHint: '{{field}} 같은 항목은 자동으로 채워집니다.', value: '수락 시 가치', cost: '비용', currency: '통화', purposes: '표시할 캠페인 목적', rank: '순서(작은 값 먼저)', create: '오퍼 만들기', save: '새 버전으로 저장', saved: '오퍼를 저장했습니다.', valueHint: '해지 방어에서 0은 구독 한 달 금액을 뜻합니다.',
    term: { product: '상품', months: '개월', minutes: '분', percent: '할인율(%)', cycles: '청구 주기 수', amount: '금액', plan: '요금제', ticket: '접수 번호', days: '일', price: '새 월 요금' },
  },
  cases: {
    title: '해지 건', lead: '해지를 요청한 고객을 처리 기한 순으로 보여 줍니다.', import: '해지 요청 가져오기', emptyTitle: '해지 건이 없습니다', empty: '고객이 해지를 요청하면(API 또는 파일) 해지 건이 열리고 해지 방어 캠페인의 대상자가 됩니다.',
    col: { customer: '고객', state: '상태', reason: '사유', mrr: '월 요금', due: '처리 기한', requested: '요청일', owner: '상담사' }, any: '모든 상태', open: '진행 중',
    one: '해지 건 {{id}}', plan: '요금제', price: '월 요금', tier: '고객 등급', status: '구독 상태', source: '접수 경로', timeline: '진행 내역', presentations: '제시한 오퍼', noPresentations: '아직 제시한 오퍼가 없습니다.', unsaveable: '전화하지 않습니다. 해지를 막을 수 없는 사유입니다.', closed: '종료',
    importTitle: '해지 요청 가져오기', importHint: 'customer_id, phone, monthly_charge, reason_code 등의 열이 있는 CSV 파일입니다. 같은 파일을 두 번 올려도 달라지지 않습니다.', choose: '파일 선택', importing: '파일 읽는 중: {{percent}}',
    rows: '행', opened: '새 해지 건', duplicates: '이미 있음', refused: '거부', rowReason: '{{row}}행: {{reason}}',
  },
  suppressions: {
    title: '발신 금지', lead: '절대 전화하지 않는 번호입니다. 추가하면 발신 직전이었더라도 즉시 제외됩니다.', add: '번호 추가', number: '번호', reason: '사유', find: '번호 찾기', emptyTitle: '등록된 번호가 없습니다', empty: '상담사가 “수신 거부”를 기록하거나, 가져오기 또는 직접 추가로 등록됩니다.', nothing: '목록에 없는 번호입니다.',
    col: { number: '번호', reason: '사유', source: '등록 경로', by: '등록자', when: '시각' }, remove: '해제', removeTitle: '{{number}} 번호를 발신 금지에서 해제할까요?', removeEffect: '지금부터 다시 전화할 수 있습니다. 누가 왜 해제했는지 기록됩니다.', why: '사유', added: '추가했습니다. 더 이상 전화하지 않습니다.', removed: '해제했습니다.', client: '고객사',
  },
};
