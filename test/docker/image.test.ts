/** What the Dockerfile says, where no image can be built; `make image-check` builds and runs it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/data.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const dockerfile = read('docker/Dockerfile');
const [, build = '', final = ''] = dockerfile.split(/^FROM /m);
const manifest = JSON.parse(read('package.json')) as { readonly devDependencies: Readonly<Record<string, string>>; readonly repository: { readonly url: string } };

test('its node is the one that package.json pins', () => {
  expect(/^ARG NODE_IMAGE=\S+:([\d.]+)-trixie-slim$/m.exec(dockerfile)?.[1]).toBe(manifest.devDependencies['node']);
  expect(/^ARG NODE_IMAGE=\S+-(\S+)-slim$/m.exec(dockerfile)?.[1]).toBe(/^ARG DEBIAN_IMAGE=\S+:(\S+)-slim$/m.exec(dockerfile)?.[1]);
});

test('what it copies is what .dockerignore lets through, and nothing else is sent', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '));
  const [first, ...letThrough] = read('.dockerignore').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  expect(letThrough.map((line) => line.replace(/^!/, '')).toSorted()).toEqual([...new Set(copied)].toSorted());
});

test('the final stage has no npm and no root, and says how it is started, watched and stopped', () => {
  expect(build).toContain('npm ci');
  expect(final).not.toMatch(/\bnpm\b/);
  expect(final).toMatch(/^USER 1000:1000$/m);
  expect(final).toMatch(/^STOPSIGNAL SIGTERM$/m);
  expect(final).toMatch(/^HEALTHCHECK .*CMD \["mls-interop", "health", "127\.0\.0\.1:50051"\]$/m);
  expect(final).toMatch(/^ENTRYPOINT \["mls-interop"\]$/m);
  expect(final).toMatch(/^CMD \["serve", "--listen", "0\.0\.0\.0:50051"\]$/m);
  for (const label of ['version', 'revision', 'licenses']) expect(final).toContain(`org.opencontainers.image.${label}=`);
  expect(final).toContain(`org.opencontainers.image.source="${manifest.repository.url.replace(/^git\+|\.git$/g, '')}"`);
});

test('where nothing can build an image, that is said', () => {
  // A PATH with a shell and no engine.
  const { status, stderr } = spawnSync('/bin/sh', ['-c', '. ./engine.sh; PATH=/nowhere; image_engine'], { cwd: join(projectRoot, 'docker'), encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^no image can be built here: neither docker \(with its daemon\) nor podman nor buildah works/m);
});

test.each(['docker', 'ci', 'test/package'].flatMap((folder) => readdirSync(join(projectRoot, folder)).filter((name) => name.endsWith('.sh')).map((name) => `${folder}/${name}`)))(
  '%s is a script that its shell can read',
  (path) => {
    const shell = read(path).startsWith('#!/usr/bin/env bash') ? 'bash' : 'sh';
    expect(spawnSync(shell, ['-n', join(projectRoot, path)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  },
);
