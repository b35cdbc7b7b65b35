import type { components } from './schema';
import type { Campaign, Callback, CampaignInput, Import, ImportPreview, Lead, LeadList, Rehearsal, RehearsalInput, RehearsalResult, Stop, Why } from './campaigns';
import type { CustomerImport, CustomerPage, CustomerPreview } from './customers';
import type { Call, Card, Case, CaseImport, Desk, DeskOffer, Floor, FloorHistory, Offer, Outcome, OutcomeInput, Presentation } from './desk';
import type { Booking, Message, MessageSettings, Outreach, OutreachResult } from './follow';
import type { AccountAsk, Authority, BillingConnection, Difference, Incident, MessageTemplate, Objection, OutreachInput, Reconciliation, RequestLimit, RiskScore, SaveSettings, Survey, SurveyAnswer } from './manage';
import type { Adjustment, Assignment, Comparison, Dispute, MyPay, PayException, PayNotice, Period, Plan, Run, Statement, StatementItem, WhatIfAnswer } from './pay';
import type { Column, FileMapping, LawFinding, LawReport, Manifest, MappingPreview, PayrollCode, PayrollMapping, PayrollPerson, PayrollSettings, RunExport } from './payroll';
import type { Simulation, SimulationHead } from './plans';
import type { Approval, ConfirmLink, Fix, LinkView, OfferPreview, Reason, SaveDesk } from './save';
import type { AuditRow, Client, Finding, Me, Suppression, Token, User } from './types';

/**
 * The pages' types against those generated from docs/openapi.yaml: this file compiles only while they fit. The pages
 * keep their own because they know more than the document: which words a state can be, and what each is for.
 */
type Api = components['schemas'];

/**
 * Words of closed lists are text to the document. It also calls every array nullable, because Go's empty slice may be
 * null; the services answer [].
 */
type Plain<T> =
  T extends string ? string
    : T extends number ? number
      : T extends boolean ? boolean
        : T extends (infer Item)[] ? Plain<Exclude<Item, null>>[]
          : T extends object ? { [Key in keyof T]: IsArray<T[Key]> extends true ? Plain<Exclude<T[Key], null>> : Plain<T[Key]> } : T;

type IsArray<T> = Exclude<T, null | undefined> extends unknown[] ? true : false;

/** An answer of the API can be used as the page's type. */
type Answers<From extends Plain<To>, To> = [From, To];

/** What a page sends is taken by the API. */
type Takes<From, To extends Plain<From>> = [From, To];

export type Contract = [
  Answers<Plain<Api['Simulation']>, Simulation>,
  Answers<Plain<Api['SimulationHead']>, SimulationHead>,
  Answers<Plain<Api['Message']>, Message>,
  Answers<Plain<Api['MessageSettings']>, MessageSettings>,
  Answers<Plain<Api['Booking']>, Booking>,
  Answers<Plain<Api['Outreach']>, Outreach>,
  Answers<Plain<Api['OutreachResult']>, OutreachResult>,
  Answers<Plain<Api['View']>, Omit<Campaign, 'script'>>,
  Answers<Plain<Api['Stop']>, Stop>,
  Answers<Plain<Api['List']>, LeadList>,
  Answers<Plain<Api['Preview']>, ImportPreview>,
  Answers<Plain<Api['Import']>, Import>,
  Answers<Plain<Api['LeadRow']>, Lead>,
  Answers<Plain<Api['Why']>, Why>,
  Answers<Plain<Api['Callback']>, Callback>,
  Answers<Plain<Api['FloorHistory']>, FloorHistory>,
  Answers<Plain<Api['Rehearsal']>, Rehearsal>,
  Answers<Plain<Api['DayResult']>, RehearsalResult>,
  Answers<Plain<Api['Desk']>, Omit<Desk, 'card'>>,
  Answers<Plain<Omit<Api['Card'], 'person'>>, Omit<Card, 'person'>>,
  Answers<Plain<Api['Shown']>, DeskOffer>,
  Answers<Plain<Api['Offer']>, Offer>,
  Answers<Plain<Api['Presentation']>, Presentation>,
  Answers<Plain<Api['Outcome']>, Outcome>,
  Answers<Plain<Api['ListedOutcome']>, Outcome>,
  Answers<Plain<Api['Record']>, Call>,
  Answers<Plain<Api['Detail']>, Call>,
  Answers<Plain<Api['Floor']>, Floor>,
  Answers<Plain<Api['CaseDetail']>, Case>,
  Answers<Plain<Api['CaseImport']>, CaseImport>,
  Answers<Omit<Plain<Api['CustomerPage']>, 'data'>, CustomerPage>,
  Answers<Plain<Api['CustomerImport']>, CustomerImport>,
  Answers<Plain<Api['CustomerPreview']>, CustomerPreview>,
  Answers<Plain<Api['SaveDesk']>, SaveDesk>,
  Answers<Plain<Api['Approval']>, Approval>,
  Answers<Plain<Api['Reason']>, Reason>,
  Answers<Plain<Api['Fix']>, Fix>,
  Answers<Plain<Api['ConfirmLink']>, ConfirmLink>,
  Answers<Plain<Api['LinkView']>, LinkView>,
  Answers<Plain<Api['OfferPreview']>, OfferPreview>,
  Answers<Plain<Api['Plan']>, Plan>,
  Answers<Plain<Api['Assignment']>, Assignment>,
  Answers<Plain<Api['Period']>, Period>,
  Answers<Plain<Api['Run']>, Run>,
  Answers<Plain<Api['Adjustment']>, Adjustment>,
  Answers<Plain<Api['Dispute']>, Dispute>,
  Answers<Plain<Api['Notice']>, PayNotice>,
  Answers<Plain<Api['Comparison']>, Comparison>,
  Answers<Plain<Api['WhatIfAnswer']>, WhatIfAnswer>,
  Answers<Plain<Api['StatementItem']>, StatementItem>,
  Answers<Omit<Plain<Api['Statement']>, 'lines'>, Omit<Statement, 'lines'>>,
  Answers<Plain<Api['Exception']>, PayException>,
  Answers<Omit<Plain<Api['MyPay']>, 'lines'>, Omit<MyPay, 'lines'>>,
  Answers<Plain<Api['Column']>, Column>,
  Answers<Plain<Api['FileMapping']>, FileMapping>,
  Answers<Plain<Api['PayrollMapping']>, PayrollMapping>,
  Answers<Plain<Api['MappingPreview']>, MappingPreview>,
  Answers<Plain<Api['PayrollCode']>, PayrollCode>,
  Answers<Plain<Api['PayrollSettings']>, PayrollSettings>,
  Answers<Plain<Api['PayrollPerson']>, PayrollPerson>,
  Answers<Plain<Api['Manifest']>, Manifest>,
  Answers<Plain<Api['RunExport']>, RunExport>,
  Answers<Plain<Api['LawFinding']>, LawFinding>,
  Answers<Plain<Api['LawReport']>, LawReport>,
  Answers<Plain<Api['Authority']>, Authority>,
  Answers<Plain<Api['Settings']>, SaveSettings>,
  Answers<Plain<Api['RequestLimit']>, RequestLimit>,
  Answers<Plain<Api['GrantIncident']>, Incident>,
  Answers<Plain<Api['AccountRequest']>, AccountAsk>,
  Answers<Plain<Api['Connection']>, BillingConnection>,
  Answers<Plain<Api['Reconciliation']>, Reconciliation>,
  Answers<Plain<Api['Difference']>, Difference>,
  Answers<Plain<Api['Survey']>, Survey>,
  Answers<Plain<Api['SurveyAnswer']>, SurveyAnswer>,
  Answers<Plain<Api['MessageTemplate']>, MessageTemplate>,
  Answers<Plain<Api['Objection']>, Objection>,
  Answers<Plain<Api['Me']>, Me>,
  Answers<Plain<Api['User']>, User>,
  Answers<Plain<Api['Client']>, Client>,
  Answers<Plain<Api['Token']>, Token>,
  Answers<Plain<Api['Entry']>, AuditRow>,
  Answers<Plain<Api['Suppression']>, Suppression>,
  Answers<Plain<Api['Finding']>, Finding>,
  Takes<Plain<Api['CreateCampaignRequest']>, CampaignInput>,
  Takes<Plain<Api['ConcludeCallRequest']>, OutcomeInput>,
  Takes<Plain<Api['Ask']>, RehearsalInput>,
  Takes<Plain<Api['StartOutreachRequest']>, OutreachInput>,
  Takes<Plain<Api['RiskScore']>, RiskScore>,
  Takes<Plain<Api['PayrollPerson']>, PayrollPerson>,
  Takes<Plain<Api['FileMapping']>, FileMapping>,
];
