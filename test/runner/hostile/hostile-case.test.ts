/** Hostile cases against our own service, and against copies of it that are careless in one way. */
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { leftOpen } from '../../../src/hostile/left-open.ts';
import { acts } from '../../../src/hostile/play.ts';
import { MLSError } from '../../../src/mls/errors.ts';
import { runHostileCase } from '../../../src/runner/hostile/hostile-case.ts';
import { hostileScripts } from '../../../src/runner/hostile/hostile-scripts.ts';
import { targetActor } from '../../../src/runner/hostile/rpc-target.ts';
import type { Rpc } from '../../../src/runner/implementation.ts';
import { ServiceError } from '../../../src/service/status.ts';
import type { Handlers } from '../../../src/service/calls.ts';
import type { Breakage } from '../referee/broken-service.ts';
import { impatient } from '../../support/mock-cases.ts';
import { player } from '../referee/cases.ts';

const scripts = hostileScripts();
const tag = 'R-12.4.2-09/an_altered_confirmation_tag';
const psk = 'R-12.4.2-03/an_external_PSK_that_the_receiver_lacks';

async function hostile(scriptId: string, breakage: Breakage = {}, isHopeless: (rpc: Rpc) => boolean = () => false) {
  const implementation = impatient(await player('peer', breakage), isHopeless);
  const script = scripts.find(({ id }) => id === scriptId)!;
  return runHostileCase({ id: `${scriptId}/test`, script, suite: 1, encryptHandshake: false, actors: new Map([[targetActor, implementation]]), implementations: [implementation], seed: 'test' });
}

/** Other handlers in place of the honest ones. */
const instead = (handlers: (honest: Handlers) => Partial<Handlers>): Breakage => ({ handlers });
const refuse = (): never => {
  throw new ServiceError('request', 'will not');
};
/** What a caller sees of a handler that dies, and of a process that does. */
const cutOff = (): never => {
  throw new ServiceError('cancelled', 'Call cancelled');
};
const goAway = (): never => {
  throw new ServiceError('stopping', 'Connection dropped');
};

/** Handles a Commit that breaks a rule in another way than to refuse it. */
const atViolation = (answer: () => Promise<never> | never): Breakage =>
  instead(({ handleCommit }) => ({
    handleCommit: async (request, call) => {
      try {
        return await handleCommit(request, call);
      } catch {
        return answer();
      }
    },
  }));

/** Refuses every Commit after one that breaks a rule. */
function stuckAfterwards(): Breakage {
  const stuck = new Set<number>();
  return instead(({ handleCommit }) => ({
    handleCommit: async (request, call) => {
      if (stuck.has(request.stateId)) refuse();
      try {
        return await handleCommit(request, call);
      } catch (error) {
        stuck.add(request.stateId);
        throw error;
      }
    },
  }));
}

test('every violation of the catalogue has a script of its own', () => {
  expect(new Set(scripts.map(({ id }) => id)).size).toBe(scripts.length);
  for (const { id, name, actors, sources } of scripts) {
    expect(id).toMatch(/^R-[0-9A-Z.]+-\d\d\/[\p{L}\p{N}_.]+$/u);
    expect(name).not.toBe('');
    expect(actors).toEqual([targetActor]);
    expect(sources).toHaveLength(acts.length);
  }
});

describe('an implementation that', () => {
  test('refuses the violation and takes its twin passes, and every state is freed', async () => {
    const freed: number[] = [];
    const made: number[] = [];
    const result = await hostile(tag, instead(({ free, joinGroup, handleCommit, handlePendingCommit }) => {
      const noted = <R extends { readonly stateId: number }>(answer: R): R => (made.push(answer.stateId), answer);
      return {
        free: async (request, call) => (freed.push(request.stateId), free(request, call)),
        joinGroup: async (request, call) => noted(await joinGroup(request, call)),
        handleCommit: async (request, call) => noted(await handleCommit(request, call)),
        handlePendingCommit: async (request, call) => noted(await handlePendingCommit(request, call)),
      };
    }));
    expect(result).toMatchObject({ status: 'passed', vacuous: [], notes: [] });
    expect(result.failure).toBeUndefined();
    expect(new Set(freed)).toEqual(new Set(made));
    expect(result.transcript.some(({ step, rpc, error }) => acts[step] === 'violation' && rpc === 'HandleCommit' && error?.code === status.INVALID_ARGUMENT)).toBe(true);
  });

  test('takes the violation fails, with the requirement', async () => {
    // Whatever it is handed, it says that it came to a new epoch.
    const result = await hostile(tag, instead(({ handleCommit }) => ({
      handleCommit: async (request, call) => {
        try {
          return await handleCommit(request, call);
        } catch {
          return { stateId: request.stateId, epochAuthenticator: new Uint8Array(32) };
        }
      },
    })));
    expect(result).toMatchObject({
      status: 'failed',
      failure: { step: acts.indexOf('violation'), cause: 'accepted', implementation: 'peer', message: 'it takes an altered confirmation_tag' },
      verdict: { finding: 'culprit', requirement: 'R-12.4.2-09', culprit: { implementation: 'peer', actor: 'target' }, evidence: expect.arrayContaining(['it took it and came to another epoch authenticator']), basis: 'rules' },
    });
  });

  test('takes what RFC 9420 leaves open is lenient, and accused of nothing', async () => {
    const trailing = 'R-2.1-02/a_byte_after_a_Commit';
    const result = await hostile(trailing, instead(({ handleCommit }) => ({
      handleCommit: async (request, call) => {
        try {
          return await handleCommit(request, call);
        } catch {
          return handleCommit({ ...request, commit: request.commit.subarray(0, -1) }, call);
        }
      },
    })));
    expect(result).toMatchObject({ status: 'passed', remark: 'lenient', notes: [`it takes a byte after a Commit; RFC 9420 leaves that open: ${leftOpen.bytesBehind}`] });
    expect(result).not.toHaveProperty('verdict');
  });

  test('refuses the twin after the violation, and takes another Commit, is usable', async () => {
    const named = 'R-12.4.2-04/a_Commit_without_a_path_that_names_a_Remove_by_reference';
    const spoilt = new Set<number>();
    const result = await hostile(named, instead(({ handleCommit }) => ({
      handleCommit: async (request, call) => {
        if (spoilt.has(request.stateId) && request.proposal.length > 0) refuse();
        try {
          return await handleCommit(request, call);
        } catch (error) {
          spoilt.add(request.stateId);
          throw error;
        }
      },
    })));
    expect(result).toMatchObject({ status: 'passed', notes: ['after the violation its honest twin is refused as well, and an unrelated Commit is taken'] });
  });

  test('refuses the violation, then the twin and another Commit, is stuck', async () => {
    const result = await hostile('R-12.4.2-04/a_Commit_without_a_path_that_names_a_Remove_by_reference', stuckAfterwards());
    expect(result).toMatchObject({ status: 'failed', failure: { cause: 'unusable' } });
  });

  test('cuts the call with the violation off, and goes on, has taken nothing', async () => {
    const result = await hostile(tag, atViolation(cutOff));
    expect(result).toMatchObject({ status: 'passed', remark: 'cut off', notes: ['it cuts the call off instead of answering, and goes on: HandleCommit: Call cancelled'] });
  });

  test('goes away at the violation, and not at the twin, has crashed', async () => {
    const result = await hostile(tag, atViolation(goAway));
    expect(result).toMatchObject({ status: 'failed', failure: { step: acts.indexOf('violation'), cause: 'crash', rpc: 'HandleCommit', code: 'UNAVAILABLE' } });
  });

  test('goes away at the violation, and whoever started it starts it again, has crashed', async () => {
    let state: 'up' | 'down' | 'back' = 'up';
    let asked = 0;
    const wherever = <F extends (...args: never[]) => unknown>(handler: F) => async (...args: Parameters<F>) => (state === 'down' ? goAway() : handler(...args)) as never;
    const result = await hostile(tag, instead((honest) => ({
      ...(Object.fromEntries(Object.entries(honest).map(([rpc, handler]) => [rpc, wherever(handler as never)])) as unknown as Handlers),
      name: (request, call) => {
        if (state === 'down' && ++asked === 3) state = 'back';
        return state === 'down' ? goAway() : honest.name(request, call);
      },
      handleCommit: async (request, call) => {
        try {
          return await honest.handleCommit(request, call);
        } catch (error) {
          if (state === 'up') state = 'down';
          return state === 'down' ? goAway() : Promise.reject(error);
        }
      },
    })));
    expect(result).toMatchObject({ status: 'failed', failure: { step: acts.indexOf('violation'), cause: 'crash', rpc: 'HandleCommit', code: 'UNAVAILABLE' } });
  });

  test.each([
    ['cuts the honest twin off as well', cutOff],
    ['goes away at the honest twin as well', goAway],
  ])('%s is accused of nothing', async (_, answer) => {
    const commits = new Map<number, number>();
    const result = await hostile(tag, instead(({ handleCommit }) => ({
      handleCommit: async (request, call) => {
        const earlier = commits.get(request.stateId) ?? 0;
        commits.set(request.stateId, earlier + 1);
        const handled = earlier < 2 ? await handleCommit(request, call) : answer();
        // The state goes on under another number.
        commits.set(handled.stateId, earlier + 1);
        return handled;
      },
    })));
    expect(result).toMatchObject({ status: 'vacuous', vacuous: [expect.stringMatching(/^the honest twin does no better than the violation \(HandleCommit: /)] });
    expect(result.failure).toBeUndefined();
  });

  test('is gone before the violation is accused of nothing', async () => {
    const result = await hostile(tag, instead(() => ({ joinGroup: goAway })));
    expect(result).toMatchObject({ status: 'vacuous', vacuous: ['what comes before the violation gets no answer: JoinGroup: Connection dropped'] });
  });

  test('refuses whatever comes after a violation fails', async () => {
    const result = await hostile(tag, stuckAfterwards());
    expect(result).toMatchObject({ status: 'failed', failure: { step: acts.indexOf('afterwards'), cause: 'unusable' } });
  });

  test('refuses the twin as well says nothing about the violation', async () => {
    const result = await hostile(psk, instead(({ handleCommit }) => {
      let commits = 0;
      // The first two belong to the history.
      return { handleCommit: async (request, call) => (++commits % 3 === 0 || commits > 3 ? refuse() : handleCommit(request, call)) };
    }));
    expect(result.status).toBe('vacuous');
  });

  test('refuses what belongs to the history is not judged', async () => {
    const result = await hostile(tag, instead(() => ({ joinGroup: refuse })));
    expect(result).toMatchObject({ status: 'vacuous', vacuous: ['what comes before the violation was refused: will not'] });
  });

  test('lacks an rpc that the history needs does not support the case', async () => {
    const result = await hostile(psk, instead(() => ({
      storePsk: () => {
        throw new MLSError('unsupported', 'no PSKs here');
      },
    })));
    expect(result).toMatchObject({ status: 'not-supported', failure: { rpc: 'StorePSK', cause: 'unsupported' } });
  });

  test('hangs at the violation fails by a timeout', async () => {
    // The history has two Commits, which have their time.
    let commits = 0;
    const result = await hostile(tag, atViolation(() => new Promise<never>(() => {})), (rpc) => rpc === 'handleCommit' && ++commits > 2);
    expect(result).toMatchObject({ status: 'failed', failure: { step: acts.indexOf('violation'), cause: 'timeout', rpc: 'HandleCommit', code: 'DEADLINE_EXCEEDED' } });
  });
});
