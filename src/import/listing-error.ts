/** A text is not what `nft -j` prints; the message goes on from the name of the file. */
export class ListingError extends Error {
  /** Where in the text, if that is known. */
  readonly offset: number | undefined

  constructor(message: string, offset?: number) {
    super(message)
    this.name = 'ListingError'
    this.offset = offset
  }
}
