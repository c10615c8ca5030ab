/** Everything that can be known of an implementation without another one: what it says, what it can do, whether it works. */
import { rpcName, type Implementation } from '../implementation.ts';
import { declares, featureOf, type Feature } from '../implementations/features.ts';
import { discover, type Health, type Reflection } from './discovery.ts';
import { probeAll, type Probe } from './probes.ts';
import { smokeAll, type Smoke } from './smoke.ts';

export interface Examination {
  readonly health: Health;
  readonly reflection: Reflection;
  readonly smoke: readonly Smoke[];
  readonly probes: readonly Probe[];
  /** Why it is not healthy, worst first; empty when it is. */
  readonly complaints: readonly string[];
  /** What is worth knowing and no complaint. */
  readonly notes: readonly string[];
}

/** @param deadline for health and reflection, in milliseconds; the other calls have that of the connection */
export async function examine(implementation: Implementation, deadline: number): Promise<Examination> {
  const { health, reflection } = await discover(implementation.address, deadline);
  // Before the probes: what they break may stay broken.
  const smoke = await smokeAll(implementation);
  const probes = await probeAll(implementation);
  const seen = { health, reflection, smoke, probes };
  return { ...seen, complaints: complaintsAbout(implementation, seen), notes: notesOn(implementation, seen) };
}

type Seen = Pick<Examination, 'health' | 'reflection' | 'smoke' | 'probes'>;

function complaintsAbout(implementation: Implementation, { health, smoke, probes }: Seen): string[] {
  const { suites } = implementation;
  const failing = smoke.filter(({ status }) => status !== 'passed' && status !== 'kept away');
  const known = knownLimits(implementation);
  const broken = probes.filter(({ rpc, answer }) => answer === 'broken' && !known.has(featureOf(rpc)));
  const missing = probes.filter(({ answer }) => answer === 'no').map(({ rpc }) => rpc);
  const basic = missing.filter((rpc) => featureOf(rpc) === 'basics');
  const promised = missing.filter((rpc) => featureOf(rpc) !== 'basics' && declares(implementation, rpc));
  const skipped = probes.filter(({ answer }) => answer === 'not asked').length;

  const complaints: (string | false)[] = [
    suites.size === 0 && 'it lists no suite',
    failing.length > 0 && `the smoke case fails on ${failing.length === suites.size ? 'every suite' : `${plural(failing.length, 'suite')} of ${suites.size}`}`,
    basic.length > 0 && `it lacks ${basic.map(rpcName).join(', ')}, without which there is no case`,
    broken.length > 0 && `${plural(broken.length, 'rpc')} of ${probes.length} ${broken.length === 1 ? 'crashes or hangs' : 'crash or hang'} when probed`,
    skipped > 0 && `${plural(skipped, 'rpc')} could not be asked after that`,
    promised.length > 0 && `${promised.map(rpcName).join(', ')}: declared, and UNIMPLEMENTED`,
    health === 'not serving' && 'its health service says that it is not serving',
  ];
  return complaints.filter((complaint) => complaint !== false);
}

function notesOn(implementation: Implementation, { reflection, probes }: Seen): string[] {
  const known = knownLimits(implementation);
  const excused = probes.filter(({ rpc, answer }) => answer === 'broken' && known.has(featureOf(rpc)));
  const notes: (string | false)[] = [
    excused.length > 0 && `that ${excused.map(({ rpc }) => rpcName(rpc)).join(', ')} ${excused.length === 1 ? 'crashes or hangs' : 'crash or hang'} is among its known limits`,
    typeof reflection === 'object' && 'services' in reflection && !reflection.services.includes('mls_client.MLSClient') && 'its reflection does not list mls_client.MLSClient',
    probes.some(({ rpc, answer }) => rpc === 'free' && answer === 'no') && 'without Free its states stay for as long as it runs',
  ];
  return notes.filter((note) => note !== false);
}

/** The features that cases are kept away from, whatever else they are. */
export const knownLimits = ({ limits }: Pick<Implementation, 'limits'>): ReadonlySet<Feature> =>
  new Set(limits.filter(({ suites, scripts, wire }) => (suites ?? scripts ?? wire) === undefined).flatMap(({ features = [] }) => features));

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
