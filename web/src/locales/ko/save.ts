import type { save as en } from '../en/save';
import type { Words } from '../words';

export const save: Words<typeof en> = {
  verify: {
    title: '통화 상대 확인', lead: '계정을 이야기하기 전에 물어보세요. 모든 답이 맞아야 합니다.', check: '답 확인', masked: '통화 상대가 확인될 때까지 계정 정보는 숨겨집니다.',
    wrong_other: '맞지 않습니다. 이 통화에서 {{count}}번 더 시도할 수 있습니다.',
  },
  saveDesk: {
    tier: '등급', account: '계정', month: '월 요금', since: '고객이 된 날', before: '이전', beforeText: '요청 {{cases}}회, 유지 {{saves}}회', first: '처음 해지를 요청함', pastDue: '연체', discount: '현재 할인', open: '계정 전체', outOfOrder: '순서 바꾸기',
    next: '이 혜택인 이유', asked: '그래도 해지를 원함', by: { table: '규칙표의 {{rule}}번 규칙입니다.', bandit: '학습한 바로는 가장 많이 남습니다.', explore: '학습을 위해 골랐습니다.' }, noRule: '맞는 규칙이 없습니다.', odds: '{{accept}}%가 받아들이고, 그중 {{stick}}%가 90일 뒤에도 남습니다.', simply: '혜택 없이 계속 이용을 부탁하세요.', permission: '해지가 완료되었습니다. 혜택을 안내해도 되는지 물어보세요.', permitted: '동의함', refusedPermission: '동의하지 않음',
    title: '해지 요청', law: '여기서 말할 수 있는 것', notice: { cancel_any_time: '읽어 주세요: “말씀하시면 언제든지 해지를 완료할 수 있습니다.”', do_not_ask_again: '읽어 주세요: “7일 동안 다시 묻지 말라고 하실 수 있습니다.”' },
    reason: '왜 해지하려고 하나요?', notSaid: '말하지 않음', words: '고객의 말', saveReason: '사유 기록',
    fixes: '먼저 시도해 보세요', specialist: '전문가 콜백 시각을 정하고 콜백으로 기록하세요.', solved: '해결됨: 계속 이용', notSolved: '해결되지 않음', tried: '시도함',
    cancelNow: '지금 해지', cancelling: '{{seconds}}초 후 해지', undo: '되돌리기', cancelled: '해지가 진행됩니다. 더 이상 제안하지 않습니다.',
    ask: '승인 요청', askWhy: '이유(선택)', waiting: '슈퍼바이저에게 물었습니다', waitingText: '{{offer}}: 그때까지 답이 없으면 거절입니다.', approved: '승인됨: 오퍼를 제시하세요.', refused: '승인되지 않았습니다.',
    override: '다음 오퍼 대신 이것을 제시하는 이유',
    evidence: '증빙', recorded: '이 통화는 녹음됩니다({{kind}}).', unrecorded: '이 통화는 녹음되지 않습니다. 고객이 링크로 확인합니다.', onRecord: '동의가 기록되었습니다.', makeLink: '링크 만들기', copyLink: '링크 복사', copied: '복사했습니다.', linkWaits: '{{until}}까지 고객의 확인을 기다립니다.',
  },
  approvals: {
    title: '승인할 오퍼', none: '기다리는 오퍼가 없습니다.', approve: '승인', decline: '거절', asks: '{{agent}} 님이 요청', gives: '{{percent}}% 할인, 비용 {{cost}}', pays: '월 {{mrr}}', before: '이 건의 오퍼 {{offers}}개, 이전 방어 {{saves}}회', left: '남은 시간',
  },
  confirm: {
    title: '확인해 주세요', agree: '{{company}}에서 동의하신 내용을 확인합니다:', noticeText: '{{company}}에서 다음과 같이 기록했습니다:', confirm: '동의하고 계속 이용합니다', right: '맞습니다', wrong: '사실과 다릅니다', words: '하고 싶은 말(선택)', thanks: '감사합니다. 답변을 기록했습니다.', gone: '이 링크는 더 이상 유효하지 않습니다.', replaced: '새 링크가 있습니다.', leave: '답이 없으면 해지가 진행됩니다.',
  },
  routing: {
    title: '다음 혜택', lead: '고객에게 어떤 혜택을 먼저 제안할지 정합니다. 제안할 수 있는지는 법과 한도, 조건이 먼저 정합니다.', mode: '결정 방법', modes: { script: '혜택 순서', table: '규칙표', champion_challenger: '규칙표와 학습하는 도전자', thompson: '도전자만' }, explore: '도전자가 고르는 건 (%)', margin: '가격 대비 이익률 (%)', stopped: '보류 집단이 더 나아 규칙표로 돌아간 사유: {{reasons}}', rule: '규칙', reasons: '사유', anyReason: '모든 사유', condition: '조건 (비우면 모두)', offers: '혜택', none: '의도적으로 제안하지 않음', cases: '최근 건', remove: '삭제', add: '규칙 추가', preview: '최근 건 세기', previewed: '{{cases}}건을 보았고, {{unbound}}건에는 맞는 규칙이 없어 제안하지 않습니다.', save: '저장', saved: '새 버전으로 저장했습니다.', estimates: '방법별로 남았을 금액', tooFew: '아직 데이터가 부족합니다: {{needed}}건 중 {{decided}}건.', snips: '가중 추정', robust: '이중 강건', interval: '{{value}} ({{low}}~{{high}})',
  },
  reasons: {
    title: '해지 사유', lead: '고객이 떠나는 이유입니다. 건마다 순서가 다르게 보이며 고객은 말하지 않아도 됩니다.', add: '사유 추가', save: '사유 저장', saved: '사유를 저장했습니다.', code: '코드', name: '이름', parent: '상위', top: '최상위', saveable: '방어 가능', active: '사용', billing: '청구 코드',
  },
  offerLimits: {
    title: '대상과 횟수', eligibility: '조건(비우면 모두)', preview: '대상 확인', counted: '구독 {{subscriptions}}건 중 {{eligible}}건', against: '{{count}}건: {{clause}} 불충족', cooldown: '같은 종류 재제공까지 일수', redemptions: '고객당 횟수(0: 무제한)', ttl: '유효 시간(분, 0: 기본)', budget: '주간 예산(센트, 0: 없음)',
  },
  caseFilter: { find: '이름 또는 고객 번호' },
};
