import { build } from 'esbuild'
import { ROOT } from './bundle.js'

/**
 * The agent of the lab as the text of `src/generated/agent.gen.ts`: one program without imports, to
 * be started by `node -e`, because the published command is a single file.
 */
export async function agentProgram(): Promise<string> {
  const bundled = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/verify/lab/agent.ts'],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
  })
  return [
    '// Generated from src/verify/lab/agent.ts by `npm run generate`. Do not edit.',
    '/** The program of an agent, for `node -e`. */',
    `export const AGENT = ${JSON.stringify(bundled.outputFiles[0]?.text ?? '')}`,
    '',
  ].join('\n')
}
