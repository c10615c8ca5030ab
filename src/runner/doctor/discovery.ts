/** What a server says of itself to any tool: its health (grpc.health.v1) and its services (server reflection). Most have neither. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client, credentials, status, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import { service as healthService } from 'grpc-health-check';

/** - `absent`: the server does not have the service */
export type Health = 'serving' | 'not serving' | 'absent' | { readonly error: string };
export type Reflection = { readonly services: readonly string[] } | 'absent' | { readonly error: string };

const servedName = 'mls_client.MLSClient';

/** @param deadline in milliseconds, for each question */
export async function discover(address: string, deadline: number): Promise<{ readonly health: Health; readonly reflection: Reflection }> {
  const client = new Client(address, credentials.createInsecure(), channelOptions);
  try {
    return { health: await health(client, deadline), reflection: await reflection(client, deadline) };
  } finally {
    client.close();
  }
}

export interface HealthQuestion {
  /** In milliseconds. */
  readonly deadline: number;
  /** Speaks TLS and takes any certificate: nothing secret is said. */
  readonly tls?: boolean;
}

/** Its health alone. */
export async function healthOf(address: string, { deadline, tls = false }: HealthQuestion): Promise<Health> {
  const channel = tls ? credentials.createSsl(null, null, null, { rejectUnauthorized: false }) : credentials.createInsecure();
  // An address of numbers is no name for TLS; as the certificate is not checked, any name will do.
  const client = new Client(address, channel, { ...channelOptions, ...(tls ? { 'grpc.ssl_target_name_override': 'localhost' } : {}) });
  try {
    return await health(client, deadline);
  } finally {
    client.close();
  }
}

const channelOptions = { 'grpc.enable_http_proxy': 0, 'grpc.use_local_subchannel_pool': 1 };

async function health(client: Client, deadline: number): Promise<Health> {
  const check = async (service: string): Promise<Health> => {
    const { status: said } = await unary<{ readonly status: string }>(client, healthService['Check'] as Method, { request: { service }, deadline });
    if (said === 'SERVING') return 'serving';
    return said === 'NOT_SERVING' ? 'not serving' : { error: `says ${said}` };
  };
  // Some know only the health of the server as a whole, which has no name.
  return check(servedName)
    .catch((error: ServiceError) => (error.code === status.NOT_FOUND ? check('') : Promise.reject(error)))
    .catch(absence);
}

async function reflection(client: Client, deadline: number): Promise<Reflection> {
  for (const version of ['v1', 'v1alpha']) {
    const answer = await services(client, reflectionMethod(version), deadline).catch(absence);
    if (answer !== 'absent') return answer;
  }
  return 'absent';
}

function absence(error: ServiceError): 'absent' | { readonly error: string } {
  if (error.code === status.UNIMPLEMENTED || error.code === status.NOT_FOUND) return 'absent';
  return { error: `${status[error.code] ?? error.name}: ${error.details ?? error.message}` };
}

type Method = MethodDefinition<object, object>;

function unary<T>(client: Client, { path, requestSerialize, responseDeserialize }: Method, { request, deadline }: { readonly request: object; readonly deadline: number }): Promise<T> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, { deadline: Date.now() + deadline }, (error, response) =>
      error === null ? resolve(response as T) : reject(error),
    );
  });
}

interface Listed {
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
}

function services(client: Client, { path, requestSerialize, responseDeserialize }: Method, deadline: number): Promise<Reflection> {
  return new Promise((resolve, reject) => {
    const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, { deadline: Date.now() + deadline });
    call.on('data', (response: Listed) => {
      resolve({ services: (response.list_services_response?.service ?? []).map(({ name }) => name) });
      call.end();
    });
    call.on('error', reject);
    call.on('end', () => resolve({ error: 'ended without an answer' }));
    call.write({ list_services: '' });
  });
}

function reflectionMethod(version: string): Method {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json')), 'build/proto');
  const loaded = loadSync(`grpc/reflection/${version}/reflection.proto`, { keepCase: true, includeDirs: [folder] });
  return (loaded[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition)['ServerReflectionInfo'] as Method;
}
