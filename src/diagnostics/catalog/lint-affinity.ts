import { type Entry, note, warning } from './entry.js'

/** KN230-KN234: lints about session affinity. */
export const LINT_AFFINITY = {
  KN230: note({
    title: 'session affinity with UDP',
    reason:
      "Rules see the first packet of a flow. A UDP client that keeps its port stays with its endpoint as long as conntrack remembers the flow, even a removed one where nobody cleans up; one that pauses longer counts as new when the affinity's time is up.",
    remedy: 'Check that the protocol can bear both; drop the affinity if it needs none.',
  }),
  KN231: note({
    title: 'session affinity with several ports',
    reason:
      'A client is bound for each port by itself (kubernetes#103000): it may reach one endpoint by the first port and another by the second.',
    remedy: 'Do not rely on one endpoint for all ports, or serve them by one port.',
  }),
  KN232: note({
    title: 'session affinity for hours',
    reason:
      'Each new connection binds the client again for timeoutSeconds, three hours if nothing is written. New endpoints get hardly any known clients, and sets hold an element for every client of that time.',
    remedy: 'Write the shortest timeoutSeconds that the application needs.',
  }),
  KN233: note({
    title: 'weights behind session affinity',
    reason:
      'Weights decide for clients that are not bound yet. A known client stays with its endpoint, even with one of weight 0, until its time is up; and many users behind one address count as one client.',
    remedy: 'Expect shares to follow slowly, or drop one of the two.',
  }),
  KN234: warning({
    title: 'session affinity over many endpoints',
    reason:
      'A chain, a set and a rule are made for each endpoint, and every new connection of an unknown client is looked up in all of these sets, one after the other.',
    remedy: 'Drop the affinity, or divide the Service.',
  }),
} as const satisfies Record<string, Entry>
