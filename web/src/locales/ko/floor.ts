import type { floor as en } from '../en/floor';
import type { Words } from '../words';
export const floor: Words<typeof en> = {
  floor: {
    title: '상담 현황', lead: '지금 상담사와 캠페인이 무엇을 하고 있는지 봅니다.',
    agents: '상담사', campaigns: '캠페인', incidents: '확인 필요', noIncidents: '확인할 사항이 없습니다.',
    emptyTitle: '근무 중인 상담사가 없습니다', empty: '상담사가 상담 화면을 열면 여기에 나타납니다. 먼저 캠페인에 배정하세요.', noCampaigns: '진행 중인 캠페인이 없습니다.',
    sort: '정렬', sortBy: { state: '상태순', name: '이름순', since: '상태 지속 시간순' }, show: '표시', everybody: '전체',
    silent: '화면 응답 없음', act: '{{name}} 님 조치', sendAway: '이석 처리', sendReady: '대기 전환', awayTitle: '{{name}} 님을 이석 처리할까요?',
    awayEffect: '{{name}} 님은 다시 대기로 전환할 때까지 통화를 받지 않습니다. 진행 중인 통화는 끝까지 이어집니다.', awayWhy: '사유', readyTitle: '{{name}} 님을 대기로 전환할까요?', readyEffect: '{{name}} 님에게 이 캠페인의 다음 통화가 연결됩니다.',
    strip: { ringing: '호출 중', waiting: '연결 대기', talking: '통화 중', ready: '대기', wrapping: '후처리', attempts: '오늘 발신', left: '남은 대상자', leadsReady: '지금 발신 가능', decision: '발신 조절', held: '{{node}}에서 발신', abandonedOf: '응답 {{answered}}건 중 포기 {{abandoned}}건' },
    gauge: '포기율 {{rate}}, 한도 {{limit}}', limit: '한도 {{limit}}',
    wall: '전광판 보기', wallBack: '상담 현황으로',
    history: '진행 중인 통화, 최근 30분', historyTalking: '통화 중', historyRinging: '호출 중',
    stop: { button: '전체 발신 중지', title: '모든 발신을 중지할까요?', effect: '1초 안에 모든 장비에서 모든 캠페인이 새로 발신하지 않습니다. 진행 중인 통화({{calls}}건)는 끝까지 이어집니다. 누가 왜 중지했는지 모두에게 표시됩니다.', why: '사유', act: '전체 발신 중지', on: '모든 발신이 중지됨', off: '발신 가능',
      resume: '발신 재개', resumeTitle: '발신을 재개할까요?', resumeEffect_other: '진행 중인 캠페인 {{count, number}}개가 운영 시간이 되는 대로 다시 발신합니다.' },
  },
  queue: {
    title: '검토 대기', lead: '제한 시간 안에 결과가 기록되지 않은 통화입니다. 누군가 확인하기 전까지는 실적에 반영되지 않습니다.',
    emptyTitle: '검토할 통화가 없습니다', empty: '상담사가 후처리 제한 시간을 넘기면 그 통화가 여기서 슈퍼바이저를 기다립니다.',
    col: { when: '시각', agent: '상담사', person: '대상자', call: '통화' }, review: '검토', code: '실제 결과', keep: '미기록으로 유지', note: '메모', save: '검토 저장', done: '검토했습니다.', hint: '가능하면 상담사에게 확인하세요. 검토로는 해지 방어나 판매가 되지 않습니다. 아무도 기록하지 않은 실적에는 수당이 없습니다.',
  },
  calls: {
    title: '통화 내역', lead: '발신한 모든 통화와 그 결과입니다.', emptyTitle: '통화가 없습니다', empty: '캠페인이 발신을 시작하면 통화가 여기에 나타납니다.',
    col: { when: '발신 시각', person: '대상자', campaign: '캠페인', agent: '상담사', ended: '종료', talk: '통화 시간', outcome: '상담 결과', number: '번호' },
    campaign: '캠페인', any: '모든 캠페인', one: '통화 {{id}}', events: '진행 내역', answered: '응답', connected: '연결', ended: '종료', placed: '발신', nobody: '없음', up: '통화 중',
  },
};
