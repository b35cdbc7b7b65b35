import type { codes as en } from '../en/codes';
import type { Words } from '../words';

export const codes: Words<typeof en> = {
  code: {
    disposition: {
      busy: '통화 중', no_answer: '무응답', unavailable: '전원 꺼짐', congestion: '통신망 혼잡', trunk_failure: '회선 장애',
      cancelled: '발신 취소', lost: '결과 유실', unknown: '알 수 없음', abandoned: '상담사 없음(포기)', skipped: '상담사가 건너뜀',
      answered: '응답', invalid: '없는 번호', rejected: '수신 거절', failed: '실패', machine: '자동응답기', connected: '상담 연결', denied: '발신 불가', case_deadline: '해지 건 기한 경과', no_number_left: '남은 번호 없음',
    },
    outcome: {
      save: '해지 방어', sale: '판매', upsell: '업셀', appointment: '예약', callback: '콜백', not_interested: '관심 없음', lost: '해지',
      wrong_number: '잘못된 번호', do_not_call: '수신 거부', other: '기타', no_disposition: '미기록',
    },
    pause: {
      break: '휴식', lunch: '식사', meeting: '회의', training: '교육', technical: '기술 문제', other: '기타', lost_connection: '연결 끊김',
      no_answer: '전화를 받지 않음', preview_timeout: '확인 시간 초과', forced: '슈퍼바이저가 변경',
    },
    entry: { accrue: '보류', earn: '확정', reverse: '취소', recover: '환수', payout: '지급', adjust: '조정', writeoff: '상각', reconcile: '대사 완료', carry: '이월', retro: '한도 조정', hold: '유보', release: '유보 해제', draw: '선급금', draw_recovery: '선급금 상환' },
    callEvent: { placed: '발신', ringing: '호출', answered: '응답', offered: '상담사에게 연결 시도', connected: '상담사와 연결', hold: '통화 보류', unhold: '보류 해제', abandoned: '포기: 대기 중인 상담사 없음', message: '안내 메시지 재생', ended: '종료', wrapped: '결과 기록' },
    caseState: { requested: '요청', in_progress: '상담 중', offering: '오퍼 제시 중', accepted: '수락', confirmed: '확인 완료', saved_provisional: '해지 방어(검증 전)', callback_scheduled: '콜백 예정', cancel_processing: '해지 처리 중', cancelled_scheduled: '해지 확정', holdout: '대조군', duplicate: '중복', approval_pending: '승인 대기', billing_pending: '청구 처리 중', billing_failed: '청구 실패', verified_30: '30일 유지', verified_60: '60일 유지', verified_90: '90일 유지', clock_paused: '일시 정지 중', rechurned: '결국 해지', voided: '무효', cancelled_effective: '종료됨', winback_eligible: '재유치 가능', won_back: '재유치됨', expired: '만료', withdrawn: '해지 없이 종료' },
    offerKind: { sale: '판매', upsell: '업셀', appointment: '예약', discount_percent: '정률 할인', discount_amount: '정액 할인', credit: '크레딧', free_month: '무료 이용', pause: '일시 정지', plan_change: '요금제 변경', downgrade: '하위 요금제', trial_extension: '체험 연장', upgrade: '감사 업그레이드', re_term: '약정 갱신', fix: '문제 해결', custom: '기타' },
    messageKind: { e_confirmation: '확인 요청', outcome_notice: '기록 안내', callback_reminder: '다시 전화', appointment_confirmation: '예약', appointment_reminder: '예약 알림', appointment_cancelled: '예약 취소', survey: '설문', cancel_link: '해지 방법' },
    messageCause: { stopped: '수신 거부', no_address: '주소 없음', not_configured: '수단이 설정되지 않음', day_limit: '오늘 한도 초과', unclear: '도착했을 수 있음', client_busy: '차례를 기다림', quiet_hours: '낮 시간을 기다림', tries_used_up: '여러 번 실패', withdrawn: '더 이상 유효하지 않음' },
    uncredited: { no_evidence: '인정 안 됨: 증거 없음', rescheduled_twice: '인정 안 됨: 두 번 변경됨', duplicate: '인정 안 됨: 60일 이내 같은 사람', rejected: '인정 안 됨: 거절됨' },
    subscription: { trialing: '체험 중', active: '이용 중', cancel_scheduled: '곧 종료', cancelled: '종료됨' },
    invoice: { open: '미납', paid: '납부', void: '청구 안 함', uncollectible: '회수 포기' },
    order: { placed: '접수', awaiting_payment: '결제 대기', paid: '결제 완료', in_delivery: '배송 중', delivered: '배송 완료', cancelled: '취소', returned: '반품' },
    request: { address: '주소 변경', phone: '번호 변경', payment_link: '결제 링크', refund: '환불', adjustment: '다음 청구에서 차감', return: '반품' },
    requestState: { waiting: '승인 대기', approved: '승인됨', refused: '거절됨', passed_on: '전달됨', done: '완료', failed: '실패' },
    grant: { discount: '할인', credit: '크레딧', refund: '환불', pause: '일시 정지', plan: '요금제 변경', extend_trial: '체험 연장', cancel: '해지', uncancel: '해지 철회' },
    grantState: { queued: '처리 중', applying: '처리 중', applied: '적용됨', failed: '청구 시스템이 거절', reversed: '철회됨', unclear: '확인 중' },
    verifyCause: {
      cancelled: '구독이 끝났습니다', set_to_cancel: '해지가 예약되어 있습니다', disputed: '결제에 이의가 제기되었습니다', refunded: '결제가 환불되었습니다', unpaid: '청구서가 납부되지 않았습니다',
      paused: '일시 정지로 기간이 멈춰 있습니다', invoice_open: '청구서가 아직 납부될 수 있습니다', no_invoice: '아직 0원이 넘는 청구가 없습니다', billing_unreachable: '결제 시스템이 응답하지 않아 다시 묻습니다. 이 때문에 잃는 것은 없습니다',
      unknown_to_billing: '결제 시스템이 이 구독을 모릅니다', billing_not_connected: '연결된 결제 시스템이 없습니다', no_subscription: '요청에 구독이 없었습니다',
      paid_late: '나중에 납부되었습니다. 환수된 금액은 조정으로 지급할 수 있습니다', dispute_won: '이의가 철회되었습니다. 환수된 금액은 조정으로 지급할 수 있습니다',
    },
    caseEvent: {
      opened: '해지 요청', held_out: '비교군: 아무것도 제안하지 않음', duplicated: '다른 건에 합침', taken_up: '상담 시작', self_served: '고객이 직접 페이지를 이용', presented: '제안함',
      offering_began: '제안 시작', approval_requested: '슈퍼바이저에게 요청', approved: '슈퍼바이저가 승인', approval_declined: '슈퍼바이저가 거절', offer_accepted: '제안 수락',
      offer_declined: '제안 거절', offer_expired: '제안 만료', link_sent: '확인 링크 보냄', confirmed: '고객이 확인함', billing_queued: '청구 시스템에 요청', billing_applied: '청구에 반영됨',
      billing_refused: '청구 시스템이 거부', saved: '유지됨(검증 전)', clock_stopped: '기간 멈춤: 일시정지', clock_resumed: '기간 다시 시작', verified: '청구로 검증됨', rechurned: '결국 이탈',
      voided: '유지 무효', callback_agreed: '다시 걸기로 함', cancel: '해지 의사', cancel_scheduled: '해지 진행 중', cancel_effective: '구독 종료', uncancelled: '해지 철회',
      winback_opened: '다시 권할 수 있음', came_back: '돌아옴', winback_over: '더는 권하지 않음', withdrawn: '해지하지 않고 떠남', took_over: '다른 상담원이 맡음', request_attached: '다시 요청',
      due_sooner: '결정 기한 앞당김', reason_given: '사유 기록', notice_read: '안내문 읽음', step_taken: '법정 절차 진행', fix_tried: '해결책 시도', noted: '메모', moved: '상태 이동',
      lead_added: '통화 목록에 넣음', lead_refused: '통화 목록에 넣지 않음', asked_to_stay: '제안 없이 남아 달라고 요청', override: '상담원이 다른 제안을 선택', grant_queued: '청구에 약속됨',
      grant_applied: '청구에 반영됨', grant_failed: '청구 시스템이 거부', grant_unclear: '청구 결과 확인 중', grant_reversed: '청구에서 취소', reversed: '결과 취소', reviewed: '슈퍼바이저가 검토',
      verification_contradicted: '나중에 청구가 다르게 알림', callback_booked: '고객이 통화 예약', no_disposition: '상담원이 기록하지 않음',
    },
    reason: {
      price: '가격', too_expensive: '너무 비쌈', unexpected_charges: '예상치 못한 요금', competitor_price: '다른 곳이 더 저렴', product: '상품', quality: '잘 작동하지 않음',
      missing_features: '필요한 기능 없음', competitor_product: '다른 곳이 더 좋음', service_experience: '응대 불만', unused: '더는 쓰지 않음', moved: '이사', deceased: '사망',
      unknown: '기타',
    },
    source: { agent: '상담원', manual: '직접 입력', import: '가져오기', api: 'API', csv: '파일', live_call: '통화', voicemail: '음성사서함', email: '이메일', web: '고객 페이지' },
    tier: { low: '낮음', mid: '중간', medium: '중간', high: '높음', top: '최상', standard: '보통' },
    decision: { accepted: '수락', declined: '거절', expired: '만료', approved: '승인', timeout: '시간 초과' },
    evidence: { recording: '녹음', econfirm: '링크 답변', letter: '서면', simulated: '데모용 가상 녹음' },
    billingReason: {
      customer_service: '고객 서비스', low_quality: '낮은 품질', missing_features: '기능 부족', other: '기타', switched_service: '다른 서비스로 이동', too_complex: '너무 복잡',
      too_expensive: '너무 비쌈', unused: '쓰지 않음',
    },
    reversal: {
      cancelled: '결국 해지', unpaid: '미납', no_consent: '동의하지 않음', removed: '다시 제거됨', rechurned: '결국 이탈', disputed: '결제 이의', refunded: '환불됨',
      set_to_cancel: '종료 예정', voided: '무효',
    },
    role: { agent: '상담원', supervisor: '슈퍼바이저', manager: '매니저' },
    lawMode: { offer_first: '제안 먼저', offer_first_with_notice: '안내 후 제안', complete_first: '해지 먼저, 그다음 질문', frictionless: '즉시 해지', none: '제안 없음' },
    arm: { treated: '제안 대상', holdout: '비교군' },
  },
};
