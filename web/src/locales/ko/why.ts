import type { why as english } from '../en/why';
import type { Words } from '../words';

export const why: Words<typeof english> = {
  explain: {
    title: '{{amount}}의 근거', lead: '항목 {{id}}을(를) 통화까지 단계별로 보여 줍니다.', complete: '통화 또는 두 사람의 합의까지 모든 단계가 있습니다.',
    incomplete: '빠진 단계: {{missing}}. 급여 담당자에게 알려 주세요. 근거가 없는 금액은 지급되어서는 안 됩니다.', text: '복사할 수 있는 글', open: '이 금액의 근거', dispute: '이 항목에 이의 제기',
  },
  dispute: {
    title: '{{name}}의 이의 {{id}}', lead: '{{component}}: {{claim}}이(가) 빠졌다는 의견', list: '이의 제기', listLead: '급여 항목에 대한 이의입니다. 열린 것이 먼저, 급한 것이 위에 있습니다.', emptyTitle: '이의 없음', empty: '급여 항목이 틀렸다고 생각하면 그 근거 화면에서 이의를 제기합니다.',
    claim: '빠진 금액', message: '이유', send: '보내기', opened: '접수되었습니다. 2주 안에 답변을 받게 됩니다.', sent: '보냈습니다.', thread: '대화', answerBy: '답변 기한', late: '기한 지남', line: '해당 항목', posted: '반영 금액',
    who: '이름', state: '상태', states: { open: '열림', upheld: '인정', rejected: '기각', withdrawn: '철회' }, decide: '결정', uphold: '인정하고 반영', reject: '기각', amount: '반영할 금액', decided: '결정했습니다.', withdraw: '철회', by: '결정자',
  },
  adjust: {
    title: '조정', lead: '규칙이 정하지 않은 금액입니다. 한 사람이 입력하고 다른 사람이 결정합니다.', emptyTitle: '조정 없음', empty: '항목이 틀렸고 어떤 사실로도 바로잡히지 않을 때 이유와 증빙과 함께 입력하세요.',
    new: '조정 입력', writeOff: '퇴사자 상각', person: '대상', amount: '금액 (0보다 작으면 환수)', currency: '통화', component: '명세서의 줄', reason: '사유', evidence: '증빙 (링크 또는 문서 번호)', note: '메모',
    reasons: { wrong_amount: '금액 오류', missing_result: '결과 누락', wrong_agent: '상담사 오류', data_error: '데이터 오류', goodwill: '호의', plan_error: '수당 기준 오류', left: '퇴사', dispute: '이의 인정' },
    states: { proposed: '결정 대기', approved: '승인됨', refused: '거절됨' }, state: '상태', entered: '입력자', approve: '승인', refuse: '거절', enteredToast: '입력했습니다. 다른 사람이 결정합니다.', decided: '결정했습니다.', send: '입력',
  },
  compare: { title: '지난 정산과 비교', before: '정산 {{id}}, {{from}} ~ {{to}}', none: '비교할 이전 기간의 정산이 없습니다.', who: '이름', was: '이전', now: '현재', change: '변동' },
  mine: {
    owed: '지급 후 환수되어 갚을 금액', reserve: '지급일까지 유보된 금액',
    plan: '말로 푼 내 보상 계획과 서명',
    risk: '환수될 수 있는 금액', riskLead: '확정되려면 그날까지 유지되어야 하는 금액입니다.', until: '기한', results: '결과', amount: '금액', nothing: '환수될 수 있는 금액이 없습니다.', whatIf: '만약에', whatIfLead: '오늘 적용되는 수당 기준으로 결과가 더 나오면 얼마가 되는지 계산합니다.', kind: '결과', count: '건수', worth: '건당 금액', ask: '계산', adds: '{{amount}}이(가) 늘어납니다.', addsNothing: '늘어나는 금액이 없습니다.',
    notices: '환수', noticesLead: '환수될 때마다 금액, 이유, 통화를 여기에서 알려 드립니다.', cause: '이유', call: '통화', when: '시각', seen: '확인했습니다', statements: '명세서', statementsLead: '지급된 내역을 보관할 수 있습니다.', period: '기간', csv: 'CSV', pdf: 'PDF', noStatements: '아직 명세서가 없습니다. 첫 정산과 함께 나옵니다.', noNotices: '환수된 것이 없습니다.',
  },
  evidence: { download: '증빙 묶음' },
};
