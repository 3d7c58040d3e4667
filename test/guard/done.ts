/** The last words of a worker: every test file has been taken, and those that it took have ended. */
export const DONE = 'All files are done.\n'
