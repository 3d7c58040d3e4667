import { suite } from 'uvu'
import { fencesOf, PAGES, runSessions } from '../page.js'

const pages = suite('pages in the kernel')

/** How long a run took, and how many packets it sent to be sure of the shares. */
const settled = (text: string): string =>
  text.replace(/\b\d+ packets, [\d.]+ s$/gm, 'N packets, N s')

for (const page of PAGES.filter(page => fencesOf(page).some(({ mark }) => mark === 'kernel')))
  pages(`sessions print what is shown: ${page}`, () => runSessions(page, 'kernel', settled))

pages.run()
