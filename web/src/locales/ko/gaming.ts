import type { gaming as en } from '../en/gaming';
import type { Words } from '../words';

export const gaming: Words<typeof en> = {
  gaming: {
    title: '업무 행태',
    lead: '우연이나 동료에 비해 지나치게 자주 나타난 상담원의 행태입니다. 확인이 끝날 때까지 해당 결과의 급여는 보류됩니다.',
    look: '지금 점검', looked: '점검 완료: {{found}}건 발견, 새 증거 {{added}}건.', last: '마지막 점검 {{at}}', never: '아직 점검하지 않았습니다. 매일 밤 점검합니다.',
    rules: '기준값', back: '발견 목록으로',
    emptyTitle: '눈에 띄는 것이 없습니다', empty: '매일 밤 열네 가지 유형을 점검합니다. 발견된 것은 여기에 표시됩니다.',
    col: { agent: '대상', pattern: '유형', state: '상태', hits: '횟수', peers: '동료', results: '급여 관련', opened: '시작' },
    filter: { state: '상태', pattern: '유형', any: '모든 상태', waiting: '대기 중', anyPattern: '모든 유형' },
    state: { open: '열림', proposed: '제안됨', cleared: '문제 없음', confirmed: '확정됨' },
    of: '{{trials}}건 중 {{hits}}건', share: '{{share}} %',
    numbers: '수치', basis: '통상으로 본 비율', chance: '통상일 때의 확률', evidence: '증거', open: '이 발견 보기',
    piece: { when: '일시', what: '종류', call: '통화', case: '해지 건', seconds: '길이', outcome: '기록된 결과', value: '가치', decided: '결정' },
    kind: { call: '통화', result: '결과', case: '해지 건', grant: '약속', approval: '승인' },
    history: '기록', found: '발견', reopened: '다시 열림', house: '시스템',
    clear: '문제 없음', confirm: '확정', keys: '단축키: C 문제 없음, X 확정',
    clearTitle: '문제 없음으로 처리할까요?', clearEffect: '보류된 결과 {{count, number}}건의 급여가 다음 급여 작업에 포함됩니다. 같은 증거는 다시 보지 않습니다.',
    confirmTitle: '이 발견을 확정할까요?', proposeEffect: '다른 사람도 확정하면 결과 {{count, number}}건의 급여가 회수됩니다. 그때까지는 보류됩니다.',
    confirmEffect: '결과 {{count, number}}건의 급여가 회수되고 상담원에게 알립니다.', noPay: '급여에는 영향이 없습니다.',
    note: '무엇을 확인했습니까?', done: '저장했습니다.', proposedBy: '{{name}} 님이 제안했습니다. 다른 사람이 확정해야 합니다.',
    pattern: {
      phantom_save: '고객이 부인한 유지', dropped_call: '해지 대신 전화를 끊음', fake_cancel: '"해지했다"면서 일시정지만 함',
      immature_save: '오래가지 않는 유지', denominator: '해지를 다른 결과로 기록', no_intent: '해지를 원하지 않은 고객의 유지',
      open_promise: '미해결 약속이 있는 유지', resaving: '같은 고객을 다시 유지', max_discount: '가장 큰 할인부터 제안',
      resign: '해지 후 신규로 판매', promise_not_kept: '이행되지 않은 약속', upsell_padding: '곧 빠지는 추가 상품',
      rubber_stamp: '읽지 않고 승인', gate_rush: '월말에 몰린 유지',
    },
    rulesLead: '어느 때부터 검토자에게 보일지 정합니다. 다음 점검부터 적용되며 이미 발견된 것은 남습니다.',
    window: '되돌아보는 일수', falseShare: '예상되는 오탐 비율 상한 (%)', save: '기준값 저장', saved: '기준값을 저장했습니다.',
    rule: { pattern: '유형', on: '점검', trials: '최소 기회 수', hits: '최소 횟수', basis: '통상 비율 (%)', limit: '한도' },
    unit: { seconds: '초', hours: '시간', days: '일', basis_points: '% 할인', none: '–' },
    held: '검토 중', heldLead: '이 결과들이 어떻게 나왔는지 확인하고 있습니다. 결정될 때까지 정산되지 않으며, 이후 다음 급여에 포함되거나 회수되고 이유를 알려 드립니다.',
    heldRun: '결과가 검토 중이라 이번 급여에서 제외되었습니다. 문제가 없으면 다음 급여에 포함됩니다.',
    heldSince: '시작', heldResult: '결과', heldAgent: '상담원', heldAmount: '금액',
  },
};
