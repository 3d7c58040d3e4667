import fc from 'fast-check'

// Loaded before the tests by the test runner: one seed for all property tests, so that a failure can be
// repeated.
if (process.env.FC_SEED) fc.configureGlobal({ seed: Number(process.env.FC_SEED) })
