import fc from 'fast-check'

// Loaded before the tests by the test runner: one seed for all property tests, so that a failure can be
// repeated. No test file may configure fast-check for all: the files of one process would share it.
if (process.env.FC_SEED) fc.configureGlobal({ seed: Number(process.env.FC_SEED) })
