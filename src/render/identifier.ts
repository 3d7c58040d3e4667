/**
 * Names of tables, chains, sets and maps that nft reads (its scanner knows no quotes for them); the
 * kernel takes others too.
 */
export const IDENTIFIER = /^[A-Za-z_.][A-Za-z0-9/._-]{0,254}$/
