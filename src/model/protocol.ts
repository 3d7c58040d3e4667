/** Transport protocols as the Kubernetes API spells them. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'
