import type { exportWords as en } from '../en/exports';
import type { Words } from '../words';

export const exportWords: Words<typeof en> = {
  law: {
    title: '법규 점검', lead: '규칙 {{rules}}개를 점검했고 {{held}}개는 문제가 없습니다. 프로그램의 안내이며 법률 자문이 아닙니다.',
    open_other: '답변을 기다리는 지적 {{count, number}}건', openHint: '문제를 고치거나, 정산을 계산하지 않은 사람이 계속해도 되는 이유를 적어야 합니다. 그 전에는 승인할 수 없습니다.',
    answer: '사유 입력', answered: '사유를 기록했습니다.', reason: '정산을 계속해도 되는 이유',
    col: { severity: '중요도', rule: '규칙', what: '내용', answer: '사유' },
    severity: { block: '승인 차단', warn: '지급 필요 또는 위험', advice: '참고', missing_facts: '자료 부족' },
  },
  exports: {
    title: '급여 시스템 파일', settings: '코드와 양식', layout: '양식', make: '파일 만들기', made: '{{title}}, {{revision}}차.',
    later: '정산을 내보내면 사용하는 급여 시스템의 양식으로 파일을 만들 수 있습니다.', manifest: '검증 목록',
    feed: '통상시급 자료: 수당이 속한 주별 내역', accounting: '회계 자료: 계약과 기간별 수당',
    col: { layout: '양식', batch: '배치', rows: '행', totals: '합계', files: '파일', when: '시각' },
  },
  payroll: {
    title: '급여 시스템', lead: '급여 시스템과 회계, 법규 점검에 쓰이는 코드, 인원, 근로시간과 자체 양식입니다.', saved: '저장했습니다.', save: '저장', remove: '삭제', up: '위로', down: '아래로', yes: '예', no: '아니요',
    settings: '회사와 코드', company: '회사 코드', companyHint: '급여 시스템의 회사 번호', frequency: '급여 주기', frequencies: { W: '매주', B: '격주', S: '월 2회', M: '매월' },
    expense: '비용 계정', liability: '부채 계정', method: '주별 배분 방법', methods: { by_week_earned: '발생한 주', equal_week: '모든 주에 균등', equal_hour: '모든 시간에 균등' },
    cycle: '수당 계산 주기', cycles: { weekly: '매주', biweekly: '격주', semimonthly: '월 2회', monthly: '매월' }, weekStart: '한 주의 시작', disputeDays: '이의 신청 답변 기한(일)',
    weekday: { sunday: '일요일', monday: '월요일', tuesday: '화요일', wednesday: '수요일', thursday: '목요일', friday: '금요일', saturday: '토요일' },
    addCode: '항목 추가', code: '코드 {{n}}', component: '수당 항목', earningCode: '급여 코드', earningName: '이름', kind: '종류', kinds: { flat_sum: '정액', production: '성과', commission: '판매 수당' },
    basic13th: '13월 급여(필리핀)', avgWage: '평균임금(한국)', months: '효익 기간(개월)',
    people: '인원', peopleHint: '급여 시스템의 번호와 이름, 그리고 법규 점검에 필요한 정보입니다.',
    person: {
      name: '이름', id: '번호', employeeId: '급여 번호', firstName: '이름(명)', lastName: '성', title: '직함', payGroup: '급여 그룹', department: '부서', jurisdiction: '관할', status: '구분', frequency: '주기',
      signedOn: '기준 서명일', receivedOn: '사본 수령일', leftOn: '퇴사일', nettingConsent: '환수액을 임금에서 공제하는 데 동의함(한국)',
    },
    statuses: { nonexempt: '연장근로수당 대상', exempt_7i: '면제, 소매 또는 서비스', exempt_inside_sales: '면제, 내근 영업', exempt: '면제', contractor: '도급' },
    hours: '주별 근로시간', hoursHint: 'employee_no, workweek_start, work, overtime 열이 있는 CSV 파일입니다. 알고 있다면 wage, premium_paid, minimum_wage, currency도 넣으세요. 모든 행이 맞아야 읽습니다.', hoursChoose: '파일 선택', hoursDone_other: '{{count, number}}주를 읽었습니다.',
    layouts: '양식', layoutsHint: '아래 양식은 규격대로 작성합니다. 다른 시스템은 가장 가까운 양식에서 시작해 자체 양식을 만드세요.', mappings: '자체 양식 목록', mapping: '자체 양식', newMapping: '새 양식', beginWith: '{{title}}에서 시작',
    col: { mapping: '자체 양식', kind: '파일', columns: '열' }, name: '이름', delimiter: '열 구분', delimiters: { comma: '쉼표', semicolon: '쌍반점', tab: '탭', pipe: '세로줄' }, dates: '날짜 형식', fileName: '파일 이름', fileNameHint: '{run}, {batch}, {company}, {from}, {to}를 쓸 수 있습니다',
    flag: { header: '첫 줄에 열 이름', crlf: '윈도우 줄바꿈', bom: '엑셀용 표시', ascii: '악센트 제거', negative: '음수 금액 허용' },
    column: '열 {{n}}', heading: '제목', content: '내용', blank: '비움', constant: '고정 글자', pad: '자릿수', addColumn: '열 추가',
    tryOn: '시험할 정산', try: '파일 보기', cannot: '이 정산은 양식에 맞지 않습니다', noRuns: '정산을 계산하면 양식을 시험할 수 있습니다.',
  },
};
