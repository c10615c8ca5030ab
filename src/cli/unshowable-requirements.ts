/**
 * What tests do not show of RFC 9420's requirements, by hand: rows that bind somebody else than the engine, with the reason, and
 * rows that a type shows.
 */
import type { RequirementId } from '../mls/requirements.ts';

export interface Unshowable {
  /** Whom the row binds: the application around the engine, those who run the delivery service, or those who register numbers. */
  readonly binds: 'application' | 'delivery service' | 'registry';
  readonly reason: string;
}

const application = (reason: string): Unshowable => ({ binds: 'application', reason });
const deliveryService = (reason: string): Unshowable => ({ binds: 'delivery service', reason });
const registry = (reason: string): Unshowable => ({ binds: 'registry', reason });

const iana = registry('How IANA and its experts work.');
const laterSuites = registry('Binds suites that are yet to be defined; the engine has those of the RFC.');

export const unshowable: Readonly<Partial<Record<RequirementId, Unshowable>>> = {
  'R-3.2-01': application('How often a member refreshes its leaf is for the application to say; update() and commit() do it.'),
  'R-3.2-02': application('When a member counts as silent is for the application to say; remove() takes it out.'),
  'R-7.2-11': application("The engine takes the time from the policy's clock; keeping clocks together is the system's work."),
  'R-8.5-02': application('The application names its exporter labels.'),
  'R-11-01': application('The application fetches the KeyPackages and chooses before it makes a client of that suite.'),
  'R-11-02': application('A client is made for one suite, which the application chose; KeyPackages of another are refused (R-10.1-03).'),
  'R-11-04': deliveryService('Only the delivery service sees which group ids were used before.'),
  'R-12.3-05': registry('Binds the specification of a new proposal type; to the engine all types of the application are the same.'),
  'R-12.4.3.3-09': application('The tree of ratchetTree() travels on a channel of the application.'),
  'R-14-01': application('Which of two competing Commits wins is for the application to say; R-14-05 shows that the loser can follow.'),
  'R-14-04': application('commit() returns the Welcome beside the Commit; when it is sent is for the application to say.'),
  'R-15.1-02': application("The application's padding function knows the transport's limit."),
  'R-16.1-01': application('The engine does no IO; the service has TLS.'),
  'R-16.3-01': laterSuites,
  'R-16.6-01': application('The application decides whom to evict, as for R-3.2-02.'),
  'R-16.8-01': deliveryService('Keeps the published KeyPackages.'),
  'R-16.8-03': deliveryService('Serves the requests for KeyPackages.'),
  'R-16.12-01': application('Reports of failed Commits travel on a channel of the application; receive() says what was wrong, by id.'),
  'R-17.1-10': laterSuites,
  'R-17.1-11': registry('None of the suites and types that the engine knows is marked D.'),
  'R-17.9-01': iana,
  'R-17.9-02': iana,
  'R-17.9-03': iana,
  'R-17.9-04': iana,
  'R-17.9-05': iana,
  'R-17.9-06': iana,
  'R-17.10-01': application('The media type is named by whoever transports a message; the engine reads the version inside it.'),
};

/** The type, and what it leaves no other way for. */
export const shownByType: Readonly<Partial<Record<RequirementId, string>>> = {
  'R-12.1.8-05': 'CustomProposalType.external is not optional: whoever adds a type says whether external senders may send it',
  'R-12.4-13': 'CustomProposalType.requiresPath is not optional: whoever adds a type says whether it requires a path',
};
