import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { afterAll, expect, test } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { doctor, type DoctorOptions } from '../../src/cli/doctor.ts';
import { play } from '../support/mock-cases.ts';
import { Refusal } from '../support/mock-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function command(target: string, options: Partial<DoctorOptions> = {}) {
  let screen = '';
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      screen += chunk.toString();
      done();
    },
  });
  const code = await doctor(target, { callDeadline: 60, connectDeadline: 60, ...options }, { stdout });
  return { code, screen };
}

async function complaint(target: string, options: Partial<DoctorOptions> = {}): Promise<CommandError> {
  const error = await command(target, options).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandError);
  return error as CommandError;
}

function file(text: string): string {
  const path = join(folder, 'peers.yaml');
  writeFileSync(path, text);
  return path;
}

const timeless = (screen: string, address: string): string =>
  screen.replaceAll(address, 'ADDRESS').replace(/in \d+\.\d\d s/, 'in N s').replace(/^( +\d+ {2}ok) +\d+ ms/gm, '$1 N ms');

test('the screen of a healthy one', async () => {
  const { mock } = await play('one', { name: 'demo', suites: [1, 2] });
  const { code, screen } = await command(mock.address);
  expect(code).toBe(0);
  expect(timeless(screen, mock.address)).toBe(`reached     grpc://ADDRESS, there in N s
name        demo
suites      1, 2
health      has no grpc.health.v1, as most have not
reflection  has none, as most have not

suite  create, add, commit, join, a message each way
    1  ok N ms  MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519
    2  ok N ms  MLS_128_DHKEMP256_AES128GCM_SHA256_P256

feature                              rpcs: 34 of 34 answer
basics                    yes        Name SupportedCiphersuites CreateGroup CreateKeyPackage
                                     JoinGroup Commit HandleCommit HandlePendingCommit
free                      yes        Free
application               yes        Protect Unprotect
export                    yes        Export
state-auth                yes        StateAuth
group-info                yes        GroupInfo
proposals                 yes        AddProposal UpdateProposal RemoveProposal
group-context-extensions  yes        GroupContextExtensionsProposal
external-psk              yes        StorePSK ExternalPSKProposal
resumption-psk            yes        ResumptionPSKProposal
external-join             yes        ExternalJoin
new-member-proposal       yes        NewMemberAddProposal
external-signer           yes        CreateExternalSigner AddExternalSigner ExternalSignerProposal
reinit                    yes        ReInitProposal ReInitCommit HandlePendingReInitCommit
                                     HandleReInitCommit ReInitWelcome HandleReInitWelcome
branch                    yes        CreateBranch HandleBranch

healthy: ADDRESS
`);
});

test('the screen of one that is not: what lacks, what breaks, what was known', async () => {
  const { mock } = await play('one', {
    name: 'demo',
    suites: [1, 9],
    intercept(rpc, answer) {
      if (rpc === 'storePsk') throw new Refusal(status.UNIMPLEMENTED, 'no PSKs');
      if (rpc === 'createBranch' || rpc === 'handleBranch') throw new Refusal(status.CANCELLED, 'todo');
      if (rpc === 'unprotect' || rpc === 'reInitCommit') throw new Refusal(status.CANCELLED, 'gone');
      return answer();
    },
  });
  const path = file(`
implementations:
  demo:
    reach: grpc://${mock.address}
    version: "0.9"
    engine: mls-interop
    features: [external-psk]
    limits:
      - { reason: the server panics, features: [branch] }
      - { reason: too slow, suites: [9] }
`);
  const { code, screen } = await command('demo', { implementations: path });
  expect(code).toBe(1);
  const lines = timeless(screen, mock.address).split('\n');
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines[1]).toBe('name        demo, version 0.9, an engine of this project');
  expect(lines.slice(6, 9)).toEqual([
    'suite  create, add, commit, join, a message each way',
    '    1  failed        unprotect: Unprotect CANCELLED: gone',
    '    9  kept away     too slow',
  ]);
  expect(lines.filter((line) => /^(application|external-psk|reinit|branch)/.test(line))).toEqual([
    'application               BROKEN     Protect Unprotect(BROKEN)',
    'external-psk*             partly     StorePSK(no) ExternalPSKProposal',
    'reinit                    BROKEN     ReInitProposal ReInitCommit(BROKEN) HandlePendingReInitCommit',
    'branch                    known      CreateBranch HandleBranch',
  ]);
  expect(lines.slice(-8)).toEqual([
    '',
    '! Unprotect, ReInitCommit: CANCELLED: gone',
    '! CreateBranch, HandleBranch: CANCELLED: todo',
    '',
    'note: that CreateBranch, HandleBranch crash or hang is among its known limits',
    'NOT HEALTHY: demo: the smoke case fails on 1 suite of 2; 2 rpcs of 34 crash or hang when probed;',
    '  StorePSK: declared, and UNIMPLEMENTED',
    '',
  ]);
});

test('our own service, started by the doctor, is healthy in every respect', async () => {
  const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const path = file(`implementations:\n  ours:\n    cmd: ${JSON.stringify([process.execPath, program, 'serve', '--listen', '{host}:{port}', '--suites', '1,2'])}\n    features: all\n`);
  const { code, screen } = await command('ours', { implementations: path, json: true });
  const said = JSON.parse(screen) as { readonly rpcs: readonly { readonly answer: string }[] };
  expect(said).toMatchObject({
    healthy: true,
    complaints: [],
    notes: [],
    implementation: { label: 'ours', name: 'mls-interop', suites: [1, 2], ours: true },
    reached: { started: true },
    health: 'serving',
    reflection: { services: ['mls_client.MLSClient', 'grpc.health.v1.Health'] },
    smoke: [{ suite: 1, status: 'passed' }, { suite: 2, status: 'passed' }],
  });
  expect(said.rpcs.map(({ answer }) => answer)).toEqual(Array(34).fill('yes'));
  expect(code).toBe(0);
});

test.each<[string, string, string | undefined, number, string]>([
  ['one that is not there', '127.0.0.1:1', undefined, 3, '127.0.0.1:1 at 127.0.0.1:1: no connection within 0.3 s'],
  ['a program that does not start', 'bad', 'implementations: { bad: { cmd: [./nothing] } }', 3, 'bad (cmd: ./nothing, port N): cannot be started: no program ./nothing'],
  ['a name that is not in the file', 'other', 'implementations: { bad: { cmd: [./nothing] } }', 2, 'PATH: no implementation "other", only bad'],
  ['a file that is wrong', 'bad', 'implementations: { bad: {} }', 2, 'PATH:1: implementations.bad: wanted one of reach, cmd or image, not none'],
  ['a name without a file', 'bad', undefined, 2, 'bad is no HOST:PORT, and there is no ./implementations.yaml to look it up in; name a file with --implementations'],
])('%s ends with an exit code of its own', async (_, target, text, exitCode, message) => {
  const path = text === undefined ? undefined : file(text);
  const error = await complaint(target, { connectDeadline: 0.3, ...(path === undefined ? {} : { implementations: path }) });
  expect(error.exitCode).toBe(exitCode);
  expect(error.message.replace(/port \d+/, 'port N')).toBe(message.replace('PATH', path ?? ''));
});
