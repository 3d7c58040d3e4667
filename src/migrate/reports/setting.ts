/** What a report depends on beside the findings. */
export interface MigrationSetting {
  /** Name of the node. */
  readonly node: string
  /** Whether colours are wanted; only the text has some. */
  readonly color: boolean
}
