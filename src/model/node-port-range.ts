/** Where node ports come from, both ends included: `--service-node-port-range`. */
export interface NodePortRange {
  readonly from: number
  readonly to: number
}
