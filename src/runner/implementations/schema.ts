/** What a file of implementations may say, key by key; the published JSON schema is made from this. */
import { z } from 'zod';
import { features } from './features.ts';

/** Zod's own words are about types; these say what to write. */
const wanted = (what: string): { readonly error: string } => ({ error: `wanted ${what}` });

const text = z
  .string({ error: ({ input }) => (typeof input === 'number' || typeof input === 'boolean' ? 'wanted text: put it in quotes' : 'wanted text') })
  .min(1, wanted('text that is not empty'));
const textList = (example: string) => z.array(text, wanted(`a list of texts, such as ${example}`));
const count = (most: number) => z.int(wanted(`a whole number from 1 to ${most}`)).min(1, wanted('at least 1')).max(most, wanted(`at most ${most}`));
const suite = z.int(wanted('a cipher suite: a whole number from 1 to 65535')).min(1, wanted('a suite of at least 1')).max(0xffff, wanted('a suite of at most 65535'));
const feature = z.enum(features, wanted(`one of ${features.join(', ')}`));

const places = wanted('grpc://HOST:PORT, or a list of these, one for each process');
const grpcUrl = z.string(places).regex(/^grpc:\/\/(\[[0-9a-fA-F:.]+\]|[^:/\s[\]]+):\d{1,5}$/, places);
const reach = z.union([grpcUrl, z.array(grpcUrl).min(1, places)], places);

const environment = z.record(
  z.string().regex(/^[A-Za-z_]\w*$/, wanted('the name of a variable')),
  z.union([z.string(), z.number(), z.boolean()], wanted('text')),
  wanted('a mapping of names to texts'),
);

const limit = z
  .strictObject(
    {
      reason: text.meta({ description: 'Why; reports show it.' }),
      issue: z.url(wanted('the address of an issue')).optional(),
      suites: z.array(suite, wanted('a list of suites')).min(1, wanted('at least one suite')).optional().meta({ description: 'On any of these cipher suites.' }),
      wire: z.enum(['public', 'private'], wanted('public or private')).optional().meta({ description: 'In this wire mode.' }),
      scripts: textList('["commit/psk_*"]').min(1, wanted('at least one pattern')).optional().meta({ description: 'In scripts whose id one of these patterns matches.' }),
      features: z.array(feature, wanted('a list of features')).min(1, wanted('at least one feature')).optional().meta({
        description: 'As an actor that has to do any of these.',
      }),
    },
    wanted('a mapping with a reason and the cases that it is about'),
  )
  .refine(({ suites, wire, scripts, features: needed }) => (suites ?? wire ?? scripts ?? needed) !== undefined, wanted('suites, wire, scripts or features beside the reason: which cases it is about'));

const kinds = ['reach', 'cmd', 'image'] as const;

const implementation = z
  .strictObject(
    {
      reach: reach.optional().meta({ description: 'Where it is served already.' }),
      cmd: textList("[./server, '{port}']").min(1, wanted('a program')).optional().meta({
        description:
          'Program and arguments that serve it on the loopback interface; {port} and {host} are filled in, and PORT is in the environment. ' +
          'mls-interop is the program that reads this file where the PATH has none of that name.',
      }),
      image: text.optional().meta({ description: 'A container image, run with docker or podman.' }),
      'container-port': count(0xffff).optional().meta({ description: 'With image: the port inside the container. 50051 unless said otherwise.' }),
      arguments: textList("['--port', '{port}']").optional().meta({ description: 'With image: arguments of the container; {port} and {host} are filled in.' }),
      version: text.optional().meta({ description: 'What is tested, for the reports.' }),
      processes: count(64).optional().meta({ description: 'With cmd or image: how many to start. 1 unless said otherwise.' }),
      jobs: count(1024).optional().meta({ description: 'Cases at a time in one process. 1 unless said otherwise: many implementations stand no more.' }),
      features: z
        .union([z.literal('all'), z.array(feature)], wanted('all, or a list of features'))
        .optional()
        .meta({ description: 'What it is said to do. UNIMPLEMENTED from an rpc of one of these is then a failure, else it means not supported.' }),
      limits: z.array(limit, wanted('a list of limits')).optional().meta({
        description: 'Cases that it is kept away from. A limit applies to what meets all of its conditions.',
      }),
      'code-points': z
        .record(z.string().regex(/^[1-9]\d{0,4}$/, wanted('a cipher suite')), suite, wanted('a mapping of our numbers to its own'))
        .refine((points) => new Set(Object.values(points)).size === Object.keys(points).length, wanted('another number for each suite'))
        .optional()
        .meta({ description: 'Cipher suites for which it uses another number: ours to its own.' }),
      environment: environment.optional().meta({ description: 'With cmd or image: variables beside those of the runner. {port} and {host} are filled in.' }),
      workdir: text.optional().meta({ description: 'With cmd: the folder to start it in. That of this file unless said otherwise, and relative to it.' }),
      ready: z
        .number(wanted('a number of seconds'))
        .positive(wanted('more than 0 seconds'))
        .max(3600, wanted('at most 3600 seconds'))
        .optional()
        .meta({ description: 'Seconds until it must answer. With image 120 unless said otherwise, else as the command line says.' }),
      engine: z.literal('mls-interop', wanted('mls-interop, or nothing for any other engine')).optional().meta({
        description: 'Says that it runs the engine of this project, whose word alone proves nothing about it.',
      }),
    },
    wanted('a mapping that says how to reach it'),
  )
  .superRefine((said, context) => {
    const given = kinds.filter((kind) => said[kind] !== undefined);
    if (given.length !== 1) context.addIssue({ code: 'custom', path: given.slice(1, 2), message: `wanted one of reach, cmd or image, not ${given.join(' and ') || 'none'}` });
    for (const [key, allowed] of Object.entries(onlyWith)) {
      if (said[key as keyof typeof said] === undefined || given.length !== 1 || allowed.includes(given[0]!)) continue;
      context.addIssue({ code: 'custom', path: [key], message: `goes with ${allowed.join(' or ')} only, not with ${given[0]}` });
    }
  })
  .meta({ oneOf: kinds.map((kind) => ({ required: [kind] })) });

const onlyWith: Readonly<Record<string, readonly (typeof kinds)[number][]>> = {
  'container-port': ['image'],
  arguments: ['image'],
  processes: ['cmd', 'image'],
  environment: ['cmd', 'image'],
  workdir: ['cmd'],
};

export const fileShape = z
  .strictObject(
    {
      implementations: z.record(
        z.string().regex(/^[\w.+-]+$/, wanted('a name of letters, digits and . _ + -')),
        implementation,
        wanted('a mapping of names to implementations'),
      ),
    },
    wanted('a mapping with the key implementations'),
  )
  .meta({ title: 'Implementations for mls-interop', description: 'The implementations that a run of mls-interop can test, and how to reach them.' });

/** As the file says it, for one implementation. */
export type Said = z.output<typeof implementation>;

/** For editors and other tools. It knows all keys; of conditions between keys only that there is one way to reach it. */
export const jsonSchema = (): object => z.toJSONSchema(fileShape, { io: 'input' });
