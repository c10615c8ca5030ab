/**
 * The public surface of the package as a text, docs/api.md: what src/index.ts exports, as its declarations say it, told by API Extractor.
 *
 *   npm run api-report        writes docs/api.md anew, after a change that is meant
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import { projectRoot } from '../support/data.ts';

export const reportFile = join(projectRoot, 'docs/api.md');

const heading = `# Public API

What \`import ... from 'mls-interop'\` gives, generated from the declarations of [src/index.ts](../src/index.ts); each is documented where it
is declared. What has no \`export\` before it is a type that those speak of, and cannot be imported; of requirements the ids
are given. A test fails when this file and the declarations differ. A change that is meant: \`npm run api-report\`, and a line in the [changelog](../CHANGELOG.md).

`;

/** The report of the sources as they are. */
export async function apiReport(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mls-interop-api-'));
  try {
    // Where the types of packages are found.
    for (const name of ['node_modules', 'package.json']) symlinkSync(join(projectRoot, name), join(folder, name));
    const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-p', join(projectRoot, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', join(folder, 'types')]);
    return heading + declarations(extracted(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function extracted(folder: string): string {
  const entry = join(folder, 'types/index.d.ts');
  const complaints: string[] = [];
  Extractor.invoke(configuration(folder, entry), {
    localBuild: true,
    messageCallback: (message: ExtractorMessage) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) complaints.push(message.text);
    },
  });
  const written = join(folder, 'report.api.md');
  if (!existsSync(written)) throw new Error(`API Extractor wrote no report: ${complaints.join('; ')}`);
  return readFileSync(written, 'utf8');
}

function configuration(folder: string, entry: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: join(folder, 'package.json'),
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: { target: 'es2024', lib: ['es2024', 'esnext.disposable'], module: 'nodenext', strict: true, types: ['node'], skipLibCheck: true },
          files: [entry],
        },
      },
      apiReport: { enabled: true, includeForgottenExports: true, reportFileName: 'report.api.md', reportFolder: folder, reportTempFolder: join(folder, 'temp') },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}

/** The declarations without the frame of the tool, its marks for what has no comment, and the words of the requirements: their ids are the type. */
function declarations(report: string): string {
  const code = /```ts\n\n?([^]*?)\n```/.exec(report)?.[1];
  if (code === undefined) throw new Error('API Extractor wrote a report without declarations');
  const kept = code
    .replace(/^\s*\/\/ \(undocumented\)\n/gm, '')
    .replace(/^\/\/ @public(?: \(undocumented\))?\n/gm, '')
    .replace(/^( {4}readonly 'R-[\d.]+-\d+'): readonly \[.*\];$/gm, '$1: unknown;')
    .replace(/\n*^\/\/ \(No @packageDocumentation comment for this package\)\n*/m, '\n')
    .trimEnd();
  return `\`\`\`ts\n${kept}\n\`\`\`\n`;
}

if (import.meta.main) {
  writeFileSync(reportFile, await apiReport());
  console.log(`wrote ${reportFile}`);
}
