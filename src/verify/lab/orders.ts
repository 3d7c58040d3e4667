// What is said between this process and an agent, which is a program of its own in a network
// namespace: see agent.ts.

/** An address and port of a transport protocol, as sockets take them. */
export interface SocketPlace {
  readonly ip: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

/** Probes to one place, each a connection or datagram of its own. */
export interface ProbeOrder {
  readonly to: SocketPlace
  /** Source address, where the routing's own choice will not do. */
  readonly from?: string
  /** Source port of the first; the others follow. If absent, or taken, the kernel chooses. */
  readonly firstPort?: number
  readonly times: number
  /** Milliseconds of silence after which nothing is expected any more. */
  readonly patience: number
}

/** What came back on one probe. */
export type Outcome = (
  | {
      readonly kind: 'answer'
      /** Where the packet arrived. */
      readonly at: { readonly ip: string; readonly port: number }
      /** The source that was seen there. */
      readonly source: string
    }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silence' }
) & {
  /** Source port of the probe; 0 if it could not be told. */
  readonly port: number
}

/** What an agent is to do. */
export type Task =
  | { readonly probe: ProbeOrder }
  /** Answers everybody at these places from now on. */
  | { readonly serve: readonly SocketPlace[] }

/** A task with the number that its reply will carry. */
export type Order = { readonly id: number } & Task

/** The reply to the order of that number. */
export type Reply = { readonly id: number } & (
  | { readonly outcomes: readonly Outcome[] }
  | { readonly serving: true }
  | { readonly error: string }
)
