const SUITE = /\b(?:const|let)\s+(\w+)\s*=\s*suite\b/g
const DEFAULT_SUITE = /import\s*{[^}]*\btest\b[^}]*}\s*from 'uvu'/

/** Suites that the text of a test file shows to be run not at all or only in part, a message each. */
export function sourceProblems(file: string, text: string): string[] {
  const declared = [...text.matchAll(SUITE)].map(([, name = '']) => name)
  const suites = DEFAULT_SUITE.test(text) ? [...declared, 'test'] : declared
  if (suites.length === 0) return [`${file}: has no suite`]
  return [...new Set(suites)].flatMap(name =>
    suiteProblems(name, text).map(problem => `${file}: ${problem}`),
  )
}

function suiteProblems(name: string, text: string): string[] {
  const run = `${name}.run()`
  const lastRun = text.lastIndexOf(run)
  const tests = [...text.matchAll(new RegExp(`(?<![.\\w])${name}\\(`, 'g'))]
  const lastTest = tests.at(-1)?.index ?? -1
  return [
    ...(lastRun < 0 ? [`${run} is missing: the suite is never run`] : []),
    ...(lastRun >= 0 && lastTest > lastRun ? [`tests after ${run} are never run`] : []),
    ...(text.includes(`${name}.only(`) ? [`${name}.only() hides the other tests`] : []),
  ]
}
