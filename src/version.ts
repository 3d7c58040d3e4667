declare const KUBENAT_VERSION: string | undefined

/** The version of package.json, put in at build; sources run directly have none. */
export const VERSION = typeof KUBENAT_VERSION === 'string' ? KUBENAT_VERSION : '0.0.0-source'
