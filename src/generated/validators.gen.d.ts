import type {
  Allocations,
  EndpointSlice,
  Endpoints,
  Flows,
  KubenatConfig,
  KubeProxyConfiguration,
  Node,
  ObjectMeta,
  Service,
  ServiceCIDR,
} from './types.gen.js'

/** One failed keyword of a schema, as ajv's standalone code reports it with `verbose`. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The schema object that the keyword stands in. */
  readonly parentSchema: Readonly<Record<string, unknown>>
  /** The value that failed. */
  readonly data: unknown
}

/** Whether a value fits a schema; `errors` tells about the last call, and is null if it fitted. */
export interface Validator<T> {
  (value: unknown): value is T
  readonly errors: readonly SchemaError[] | null
}

export declare const allocations: Validator<Allocations>
export declare const endpoints: Validator<Endpoints>
export declare const endpointSlice: Validator<EndpointSlice>
export declare const flows: Validator<Flows>
export declare const kubenatConfig: Validator<KubenatConfig>
export declare const kubeProxyConfig: Validator<KubeProxyConfiguration>
export declare const metadata: Validator<ObjectMeta>
export declare const node: Validator<Node>
export declare const service: Validator<Service>
export declare const serviceCidr: Validator<ServiceCIDR>
