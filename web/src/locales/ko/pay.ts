import type { payroll as en } from '../en/pay';
import type { Words } from '../words';

export const payroll: Words<typeof en> = {
  runs: {
    title: '수당 정산', lead: '확정된 수당부터 급여 파일까지, 한 단계도 건너뛰지 않고 진행합니다.', new: '정산 시작', period: '정산 기간', client: '고객사',
    emptyTitle: '정산이 없습니다', empty: '정산은 해당 기간의 마지막 날까지 확정된 수당을 지급합니다. 기간의 정산을 시작해 계산하고, 다른 사람의 승인을 받으세요.',
    noPeriods: '정산 기간이 없습니다.', open: '진행 중', closed: '마감', opened: '정산을 시작했습니다.',
    col: { period: '정산 기간', state: '상태', payees: '인원', lines: '내역 수', total: '합계', exceptions: '예외', run: '정산' },
    state: { draft: '초안', calculated: '계산됨', reviewed: '검토됨', approved: '승인됨', locked: '마감됨', exported: '내보냄', reconciled: '대사 완료' },
    exceptions: '예외', exceptionsLead: '적용할 수당 기준이 없어 지급하지 못한 실적입니다. 해결될 때까지 어느 정산에도 포함되지 않습니다.', retry: '다시 시도', solved: '{{count, number}}건을 해결했습니다.',
    exceptionCol: { who: '대상', why: '사유', what: '실적', call: '통화', when: '시각' },
  },
  run: {
    title: '정산 {{id}}', lead: '{{from}} ~ {{to}}', total: '합계', payees: '인원', lines: '내역 수', exceptions: '예외', hash: '내역 해시', fileHash: '파일 해시', exported: '파일 금액',
    path: '진행 단계', blockers: '남은 조건', notes: '참고', ready: '진행을 막는 것이 없습니다.', by: '{{who}}, {{when}}', statements: '명세서',
    noStatementsTitle: '아직 계산하지 않았습니다', noStatements: '정산을 계산하면 누구에게 무엇을 지급하는지 한 줄씩 볼 수 있습니다.',
    step: { calculate: '계산', review: '검토', approve: '승인', lock: '마감', export: '내보내기', reconcile: '대사' },
    hint: {
      calculate: '확정된 수당으로 명세서를 만듭니다. 승인 전까지 다시 할 수 있습니다.', review: '금액이 큰 것부터 명세서를 확인했다는 표시입니다.',
      approve: '계산하지 않았고 이 정산으로 지급받지도 않는 사람이 승인합니다.', lock: '기간을 마감하고 지급을 장부에 올립니다. 이후의 실적은 다음 기간으로 넘어갑니다.',
      export: '급여 파일을 만듭니다.', reconcile: '급여 시스템이 파일을 반영했습니다.',
    },
    again: '다시 계산', download: '급여 파일 내려받기', confirmTitle: '정산 {{id}}: {{step}} 단계를 진행할까요?',
    confirm: {
      review_other: '명세서 {{count, number}}건을 확인했음을 확인합니다.', approve_other: '{{count, number}}명에게 {{total}} 지급을 승인합니다. 직접 계산했거나 이 정산으로 지급받는 사람은 승인할 수 없습니다.',
      lock_other: '기간이 완전히 마감되고 {{count, number}}명에게 {{total}}이 장부에 올라갑니다. 되돌릴 수 없으며, 정정은 다음 기간에 합니다.',
      export: '{{total}}의 급여 파일을 만듭니다. 이후 파일 내용은 한 바이트도 바뀌지 않습니다.', reconcile: '급여 시스템이 {{total}}을 지급했음을 확인합니다.',
    },
    stmtCol: { name: '이름', employeeNo: '사번', lines: '내역 수', amount: '금액' }, carried: '이월', done: '완료: {{step}}.',
  },
  statement: { left: '다음 정산으로 이월', writtenOff: '상각', title: '{{name}} 님의 명세서', lead: '{{from}} ~ {{to}} · 정산 {{run}}', amount: '금액', employeeNo: '사번', state: '정산', lines: '통화별 전체 내역', empty: '내역이 없습니다.', back: '정산으로' },
  plans: {
    title: '수당 기준', lead: '해지 방어와 판매에 얼마를 지급하는지 정합니다. 작성자가 아닌 다른 사람이 승인해야 적용됩니다.', new: '새 기준', emptyTitle: '수당 기준이 없습니다',
    empty: '수당 기준은 실적 종류별로 건당 금액이나 가치의 비율을 정합니다. 작성해서 승인을 받고, 적용할 사람을 지정하세요.',
    col: { name: '기준', inForce: '적용 중', waiting: '승인 대기', versions: '버전' }, version: '버전 {{n}}', none: '없음',
    approve: '승인', approved: '{{name}} 승인', approvedToast: '승인했습니다.', waiting: '승인 대기', author: '{{name}} 작성, {{when}}',
    approveTitle: '버전 {{n}}을 승인할까요?', approveEffect: '지금부터 이 기준의 모든 대상자에게 적용됩니다. 작성자는 승인할 수 없습니다.',
    perUnit: '{{result}} 건당 {{amount}}', percent: '{{result}} 가치의 {{rate}}', hold_other: '{{count, number}}일 후 확정', people: '이 기준의 적용 대상', assign: '적용 대상 추가', from: '시작일', until: '종료일', open: '종료일 없음', nobody: '아직 적용 대상이 없습니다. 기준이 없는 실적은 예외로 남습니다.', person: '사용자', assigned: '지정했습니다.', end: '종료', endTitle: '{{name}} 님을 이 기준에서 제외할까요?', endEffect: '선택한 날부터 {{name}} 님의 실적에는 이 기준이 적용되지 않습니다.', lastDay: '적용하지 않는 첫날', ended: '종료했습니다.',
  },
};
