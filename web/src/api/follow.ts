export type MessageState = 'queued' | 'sending' | 'sent' | 'failed' | 'suppressed';

export interface Message {
  id: number;
  clientId: number;
  personId: number;
  person: string;
  kind: string;
  channel: 'email' | 'text';
  address: string;
  language: string;
  templateVersion: number;
  subject?: string;
  body: string;
  state: MessageState;
  cause?: string;
  local: boolean;
  tries: number;
  dueAt: string;
  queuedAt: string;
  sentAt?: string | null;
  hasInvite: boolean;
}

export interface MessageSettings {
  publicUrl: string;
  language: 'en' | 'ko' | 'fil';
  emailFrom: string;
  emailName: string;
  replyTo: string;
  smtpHost: string;
  smtpPort: number;
  smtpSecurity: 'starttls' | 'tls';
  smtpUser: string;
  textUrl: string;
  textFrom: string;
  minuteMax: number;
  personDayMax: number;
  textFromHour: number;
  textUntilHour: number;
  frameOrigins: string[];
  version: number;
  hasPassword: boolean;
  hasTextSecret: boolean;
}

export type BookingState = 'proposed' | 'booked' | 'confirmed' | 'rescheduled' | 'held' | 'no_show' | 'cancelled' | 'qualified' | 'rejected';

export interface Booking {
  id: number;
  clientId: number;
  person: string;
  state: BookingState;
  startsAt: string;
  minutes: number;
  zone: string;
  host: string;
  place: string;
  setterId?: number;
  setter?: string;
  reschedules: number;
  confirmedByPerson: boolean;
  evidence?: string;
  reason?: string;
  credited: boolean;
  uncreditedWhy?: string;
  next: string[];
}

export interface Outreach {
  id: number;
  clientId: number;
  name: string;
  kind: 'winback' | 'proactive';
  holdoutPercent: number;
  measureDays: number;
  stoppedAt?: string | null;
  treated: number;
  holdout: number;
}

export interface OutreachResult {
  outreach: Outreach;
  waiting: number;
  treatedUnits: number;
  treatedGood: number;
  treatedCalled: number;
  holdoutUnits: number;
  holdoutGood: number;
  treatedPercent: number;
  holdoutPercent: number;
  differencePoints: number;
  lowPoints: number;
  highPoints: number;
  verdict: 'not_enough_data' | 'unclear' | 'better' | 'worse';
}
