import type { manage as en } from '../en/manage';
import type { Words } from '../words';

export const manage: Words<typeof en> = {
  fixes: {
    title: '해결책', lead: '금액을 이야기하기 전에 고객의 문제를 풀 수 있는 방법입니다. 상담원에게는 사유에 맞는 것만 보입니다.', emptyTitle: '해결책이 없습니다', empty: '점검 목록, 써 볼 기능, 전문가의 전화: 도움이 되는 것은 할인보다 저렴합니다.',
    add: '해결책 추가', unnamed: '새 해결책', name: '이름', code: '코드', codeHint: '소문자; 바뀌지 않습니다', kindLabel: '종류', kind: { fix: '점검 목록', feature: '써 볼 기능', specialist: '전문가가 다시 전화' },
    steps: '단계', stepsHint: '한 줄에 하나; 상담원이 표시합니다', reasons: '이 사유에만', anyReason: '모든 사유', active: '사용 중', save: '해결책 저장', saved: '저장했습니다.', remove: '삭제', removeTitle: '이 해결책을 삭제할까요?', removeEffect: '저장하면 더 이상 시도하지 않습니다. 시도한 기록은 남습니다.',
  },
  authority: {
    title: '권한 한도', lead: '스스로 줄 수 있는 한도입니다. 넘으면 관리자에게 묻고, 2분 안에 답합니다.', tiers: '역할과 고객 등급별 오퍼', tiersHint: '고객 등급에 맞는 줄이 적용되고, 등급이 없는 줄은 나머지 모두에 적용됩니다.', none: '한도 없음: 어떤 오퍼든 묻지 않습니다.',
    role: '역할', tier: '고객 등급', everyTier: '그 밖의 모두', percent: '최대 퍼센트', cycles: '최대 횟수', amount: '최대 금액', budget: '주간 예산', add: '줄 추가', remove: '삭제', save: '저장', saved: '저장했습니다.', amountHint: '20.00처럼 금액을 쓰세요',
    customer: '고객 한 명이 받을 수 있는 것', holdout: '오퍼 없음, %', holdoutHint: '효과를 재기 위해 무작위로', holds: '오퍼 유효 시간, 분', holdsHint: '오퍼에 따로 없으면', cooldown: '오퍼 사이 일수', cooldownHint: '받은 오퍼 다음에', cap: '전체 최대', capHint: '고객 평생; 0.00: 제한 없음',
    back: '요청에 따른 환급', backHint: '이 금액까지의 환불과 조정은 바로 승인됩니다. 비어 있으면 매번 다른 사람이 승인합니다.', nothing: '항상 묻기', currency: '통화',
  },
  incidents: {
    title: '사고', lead: '고객에게 약속했지만 청구 시스템에서 아직 이루어지지 않은 것. 다음 청구서 전에 처리할 담당자가 있습니다.', state: '보기', states: { open: '진행 중', closed: '종료', all: '모두' }, emptyTitle: '없습니다', empty: '모든 약속이 지켜졌거나 진행 중입니다. 늦거나 거부된 약속이 여기에 나타납니다.',
    one: '지켜지지 않은 약속', cause: '무슨 일', causes: { late: '지연', failed: '청구 시스템이 거부' }, due: '기한', owner: '담당', nobody: '아직 없음', opened: '시작', closed: '종료', error: '청구 시스템의 답', case: '해지 건 {{id}}',
    todo: { late: '청구 시스템의 답이 없습니다. 변경되었는지 확인하고, 되었다면 아래에 이름을 적으세요.', failed: '청구 시스템에서 원인을 고치고 다시 시도하거나, 직접 변경한 뒤 아래에 이름을 적으세요.' },
    take: '제가 맡겠습니다', give: '맡기기', given: '맡겼습니다.', retry: '다시 시도', retried: '다시 진행합니다.', ref: '직접 처리: 청구 시스템의 이름', refHint: '예: di_123', settle: '처리했습니다', settled: '처리로 기록했습니다.', settleTitle: '청구 시스템에서 변경했나요?', settleEffect: '“{{ref}}”로 약속이 지켜진 것으로 하고 다시 시도하지 않습니다.',
  },
  requests: {
    title: '요청', lead: '고객이 통화에서 요청한 것: 환불, 조정, 계정 변경. 끝날 때까지 따라갑니다.', open: '아직 안 끝남', all: '모두', emptyTitle: '없습니다', empty: '상담원이 통화에서 기록한 요청이 여기에 나타납니다.',
    customer: '고객', toCustomer: '고객 열기', what: '요청', amount: '금액', state: '상태', by: '요청한 사람', at: '언제', invoice: '청구서', mine: '본인이 요청했습니다. 다른 사람이 결정합니다.',
    approve: '승인', approveMoney: '{{amount}} 승인', refuse: '거절', refuseTitle: '이 요청을 거절할까요?', refuseEffect: '아무것도 바뀌지 않습니다. 고객이 이유를 물을 것입니다.', why: '이유', decided: '결정했습니다.',
    pass: '전달함', finish: '끝났습니다', fail: '안 되었습니다', failTitle: '할 수 없나요?', failEffect: '요청은 여기서 끝나며 고객에게 알려야 합니다.', moved: '기록했습니다.',
  },
  billing: {
    title: '청구 시스템', lead: '구독 정보의 우리 사본과 실제로 청구하는 시스템의 비교.', compare: '비교', connection: '연결', nightly: '매일 밤 비교하며, 다른 것은 청구 시스템의 값을 따릅니다.', pull: '지금 비교', started: '비교를 시작했습니다.', emptyTitle: '아직 비교하지 않았습니다', empty: '청구 시스템이 연결되면 매일 밤 비교합니다.',
    at: '시작', state: '상태', running: '진행 중', ended: '완료', withFailures: '일부를 읽지 못함', checked: '확인', differing: '다름', unread: '못 읽음', of: '{{when}} 비교', corrected: '우리 값은 이전 값이며, 그 뒤로 청구 시스템의 값입니다.', same: '다른 것이 없습니다',
    subscription: '구독', field: '항목', ours: '우리', theirs: '청구 시스템',
    unconnected: '연결된 청구 시스템이 없습니다. 약속은 바로 지켜진 것으로 보고, 아무것도 청구하거나 바꾸지 않습니다.', kind: '시스템', stripe: 'Stripe', webhook: '서명된 자체 인터페이스', url: '주소', urlHint: '비우면 Stripe 기본 주소', secret: '비밀 키', stays: '비우면 지금 것을 그대로 씁니다', signing: '청구 시스템이 보내는 것의 비밀 키', signingHint: '새 키는 바로 쓰입니다. 청구 시스템에서도 함께 바꾸세요', paymentLink: '주문 결제 페이지', paymentLinkHint: '번호가 들어갈 곳에 {order}', hook: '청구 시스템이 이벤트를 보낼 주소', save: '연결 저장', saved: '저장했습니다.', changed: '{{name}} 변경, {{when}}',
    turnTitle: '청구 시스템 연결을 바꿀까요?', turnEffect: '이제부터 약속은 이 비밀 키로 이 시스템에 갑니다. 예전 키로 서명된 것은 거부됩니다.', test: '연결 시험', testHint: '모든 구독을 읽기만 하고 청구 시스템은 바꾸지 않습니다. 차이는 비교 탭에 있습니다.', testing: '읽는 중: 지금까지 {{checked}}.', testGood: '작동합니다: {{checked}} 읽음, {{differing}} 다름, {{failed}} 못 읽음.', testBad: '문제가 있습니다: {{checked}} 중 {{failed}} 못 읽음; {{differing}} 다름. 주소와 비밀 키를 확인하세요.',
  },
  surveys: {
    title: '설문', lead: '통화 뒤의 짧은 질문. 점수는 그것을 쓰는 수당 기준에 반영됩니다.', forms: '설문지', answers: '답변', add: '새 설문지', emptyTitle: '설문지가 없습니다', empty: '일부 고객에게 통화가 어땠는지 물어보세요.', code: '코드', codeHint: '소문자; 바뀌지 않습니다', stopped: '중지', sample: '통화 비율', sampleHint: '퍼센트, 무작위', invited: '요청', answered: '답변', mean: '평균 (100점)', version: '버전',
    question: '질문 {{n}}', removeQuestion: '질문 {{n}} 삭제', addQuestion: '질문 추가', id: '질문 코드', kindLabel: '답하는 방법', kind: { scale: '0에서 10', yes_no: '예 또는 아니요', text: '자유롭게' }, stop: '중지: 더 이상 묻지 않음', newVersion: '저장하면 버전 {{n}}이 됩니다. 이전 답변은 그대로 남습니다.', save: '저장', saved: '저장했습니다.',
    noAnswers: '답변이 없습니다', noAnswersHint: '답변이 오면 여기에 나타납니다.', at: '답변한 때', score: '100점 중', said: '답한 내용', call: '통화', openCall: '통화 열기',
  },
  templates: {
    title: '문구', words: '문구', since: '버전 {{n}}, {{name}}, {{when}}', subject: '제목', body: '내용', fields: '필드:', unknown: '이 메시지에 없는 필드: {{fields}}', noLink: '이 메시지에는 링크 필드가 필요합니다.', save: '이 문구 사용', saved: '지금부터 사용합니다.', preview: '받는 모습', tail: '수신 거부 방법은 아래에 자동으로 붙습니다.',
    example: { person_name: '김민지', person_firstName: '민지', client_name: '에이크미', offer_name: '3개월 10% 할인', link: 'https://example.com/p/…', outcome: '계속 이용하십니다.', at: '2026-11-27 10:00 KST', host: '이 박사', place: '중앙로 12' },
  },
  objections: {
    title: '틀리다는 답', emptyTitle: '틀리다는 답이 없습니다', empty: '“사실과 다릅니다”라는 고객의 답이 여기에 나타납니다.', open: '미해결', done: '해결', silent: '이유를 말하지 않았습니다.', case: '해지 건 {{id}}', call: '통화 {{id}}', resolve: '해결', resolved: '해결했습니다.', effect: '무엇을 알아냈고 어떻게 했는지 적으세요. 이름과 함께 남습니다.', what: '결과',
  },
  outreachForm: {
    title: '전화 시작', name: '이름', kind: '종류', campaign: '캠페인', purpose: { winback: '목적이 되찾기인 캠페인', proactive: '목적이 서비스인 캠페인' }, after: '떠난 뒤', days: '{{n}}일', score: '위험 점수부터', scoreHint: '0에서 1000, 고객사의 점수', holdout: '그냥 두는 비율, %', holdoutHint: '최소 5: 없으면 효과를 알 수 없습니다', measure: '측정까지 일수', measureHint: '참여한 날부터',
    reasons: '이 사유로 떠난 사람만', anyReason: '모든 사유', noCampaign: { winback: '되찾기 캠페인이 없습니다. 먼저 만드세요.', proactive: '서비스 목적의 캠페인이 없습니다. 먼저 만드세요.' }, consent: '전화에 동의한 사람만 참여하며, 수신 거부한 사람은 제외됩니다.', start: '시작', started: '시작했습니다. 맞는 사람은 한 시간 안에 참여합니다.',
    stop: '더 이상 참여하지 않게', stopTitle: '“{{name}}” 중지할까요?', stopEffect: '더 이상 참여하지 않습니다. 이미 참여한 사람은 계속 전화하고 측정합니다.', stopped: '중지했습니다.',
  },
  scores: {
    title: '위험 점수 가져오기', hint: '두 열의 파일: 고객사의 고객 번호와 0에서 1000까지의 위험 점수. 가장 새로운 점수를 씁니다.', choose: '파일 선택', read_other: '점수 {{count}}개', refused_other: '점수가 아닌 줄 {{count}}개: {{lines}}', sending: '보냄: {{percent}}', start: '가져오기', taken: '받음', unknown: '없는 고객',
  },
  bookingEdit: {
    title: '이동 또는 변경', startsAt: '날짜와 시간', zone: '상대방 시계 기준: {{zone}}', host: '만나는 사람', place: '장소', minutes: '분', movedBefore_other: '이전에 {{count}}번 옮겼습니다. 실적은 한 번만 잡은 사람에게 남습니다.', hint: '상대방에게 새 초대가 갑니다.', save: '저장', saved: '저장했습니다. 초대를 보냅니다.',
  },
};
