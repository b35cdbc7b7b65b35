import type { admin as en } from '../en/admin';
import type { Words } from '../words';

export const admin: Words<typeof en> = {
  users: {
    title: '사용자', lead: '누가 어떤 역할로, 어느 고객사의 업무에 로그인할 수 있는지 정합니다.', new: '사용자 추가', edit: '{{name}} 편집', find: '이름 또는 이메일로 찾기', emptyTitle: '해당하는 사용자가 없습니다', empty: '다른 이름으로 찾거나 사용자를 추가하세요.',
    col: { name: '이름', roles: '역할', clients: '고객사', employeeNo: '사번', state: '상태' }, active: '사용 중', disabled: '사용 중지', simulated: '가상', all: '전체',
    name: '이름', email: '이메일', roles: '역할', allClients: '모든 고객사(앞으로 추가될 고객사 포함)', clients: '고객사', employeeNo: '급여 시스템의 사번', zone: '시간대', language: '언어', disable: '로그인 금지', disableHint: '이 사용자의 세션과 토큰이 즉시 종료됩니다.',
    create: '추가', created: '{{name}} 님을 추가했습니다.', reset: '비밀번호 재설정', resetTitle: '{{name}} 님의 비밀번호를 재설정할까요?', resetEffect: '기존 비밀번호는 더 이상 쓸 수 없고 모든 세션이 종료됩니다. 새 비밀번호는 한 번만 표시되므로 바로 전달하세요.', password: '{{name}} 님의 비밀번호', passwordHint: '지금 한 번만 표시됩니다. 다음 로그인 때 반드시 변경해야 합니다.', copy: '복사', copied: '복사했습니다',
  },
  clients: { title: '고객사', lead: '이 센터가 업무를 대행하는 회사입니다. 각 고객사는 자기 업무만 볼 수 있습니다.', new: '고객사 추가', name: '이름', zone: '영업일 기준 시간대', col: { name: '이름', zone: '시간대', since: '등록일' }, demo: '데모', created: '고객사를 추가했습니다.', emptyTitle: '고객사가 없습니다', empty: '모든 캠페인은 고객사에 속합니다. 자사 업무라면 자사를 등록하세요.' },
  tokens: {
    title: 'API 토큰', lead: 'API로 작업하는 프로그램이 사용합니다. 토큰은 소유자의 권한 안에서, 지정한 범위의 작업만 할 수 있습니다.', new: '새 토큰', name: '이름', scopes: '허용 범위', expires: '만료일(선택)', create: '만들기', secret: '토큰', secretHint: '지금 한 번만 표시됩니다. “Authorization: Bearer …” 헤더로 보내세요.', emptyTitle: '토큰이 없습니다', empty: '프로그램마다 하나씩 만들면 따로따로 폐기할 수 있습니다.',
    col: { name: '이름', user: '사용자', scopes: '허용 범위', used: '최근 사용', expires: '만료' }, never: '없음', revoke: '폐기', revokeTitle: '“{{name}}” 토큰을 폐기할까요?', revokeEffect: '이 토큰을 쓰는 프로그램은 즉시 거부됩니다.', revoked: '폐기했습니다.',
  },
  audit: { title: '감사 로그', lead: '누가, 언제, 무엇을, 왜 변경했는지 기록합니다. 변경과 함께 기록되며 아무도 수정할 수 없습니다.', act: '작업', actHint: 'campaign 또는 campaign.start', object: '대상', objectHint: 'campaign:12', emptyTitle: '조건에 맞는 기록이 없습니다', empty: '모든 변경은 여기에 한 줄씩 남습니다.', col: { at: '시각', actor: '사용자', act: '작업', object: '대상', why: '사유', request: '요청 번호' } },
  system: { title: '시스템 상태', lead: '“doctor” 명령과 같은 점검 결과와 조치 방법입니다.', emptyTitle: '보고할 내용이 없습니다', empty: '확인이 필요한 사항이 생기면 여기에 표시됩니다.', ok: '정상', warn: '확인 필요', fail: '고장', advice: '조치 방법' },
};
